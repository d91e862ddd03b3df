"""A ledger of a chosen size, made inside the analytics engine itself."""

from dataclasses import dataclass

import duckdb

from data_access.replica import insertion


@dataclass(frozen=True, slots=True)
class Size:
    """How large a ledger is: people, codes in use and movements."""

    name: str
    graduates: int
    schools: int
    disciplines: int
    cities: int
    movements: int


CITIES_APART = ("440100", "440300", "440400", "440600", "440700")
PROVINCE = Size("province", 230_000, 80, 274, 60, 644_000)
NATION = Size("nation", 12_200_000, 2_700, 700, 370, 34_000_000)
SIZES = {size.name: size for size in (PROVINCE, NATION)}

# A graduate enters as seeking and, for the rest of the movements, leaves one cell for another.
# Returns come day by day and school by school, as an authority receives them.
LEDGER = """
CREATE OR REPLACE TABLE pg_temp_people AS
SELECT i,
  (hash(i) % {schools})::INT AS s,
  CASE WHEN hash(i, 1) % 100 < 4 THEN 'master' WHEN hash(i, 1) % 100 < 57 THEN 'bachelor'
       ELSE 'diploma' END AS level,
  'b-' || lpad((hash(i % 997, i % {schools}) % {disciplines})::VARCHAR, 4, '0') AS discipline,
  ((hash(i, 3) % 2) + 1)::VARCHAR AS sex,
  (110000 + 10000 * (hash(i, 4) % 31) + 100 * (hash(i, 4) % {cities} // 31))::VARCHAR AS origin,
  1 + (hash(i, 5) % 57)::INT AS week,
  ['10','11','12','12','12','27','46','50','51','75','76','80','80','85']
    [1 + (hash(i, 6) % 14)::INT] AS destination,
  (110000 + 10000 * (hash(i, 7) % 31) + 100 * (hash(i, 7) % {cities} // 31))::VARCHAR AS work_region
FROM range({graduates}) people(i)
"""
SCHOOLS = """
INSERT OR REPLACE INTO school
SELECT (10000 + s)::VARCHAR, (110000 + 10000 * (s % 31))::VARCHAR FROM range({schools}) schools(s)
"""
LINES = """(
SELECT row_number() OVER (ORDER BY day, s) AS seq, day AS counted_on, 2020 AS cohort,
  (10000 + s)::VARCHAR AS school, level, discipline, sex, origin, destination, work_region,
  kind AS employer_kind, industry, delta
FROM (
  SELECT DATE '2019-11-01' AS day, s, level, discipline, sex, origin, '70' AS destination,
    'none' AS work_region, 'none' AS kind, 'none' AS industry, 1 AS delta FROM pg_temp_people
  UNION ALL
  SELECT DATE '2019-11-01' + 7 * week, s, level, discipline, sex, origin, '70', 'none', 'none',
    'none', -1 FROM pg_temp_people WHERE i < {changes}
  UNION ALL
  SELECT DATE '2019-11-01' + 7 * week, s, level, discipline, sex, origin, destination,
    work_region, (10 + hash(i, 8) % 40)::VARCHAR, (11 + hash(i, 9) % 35)::VARCHAR, 1
    FROM pg_temp_people WHERE i < {changes}
))"""


def fill(connection: duckdb.DuckDBPyConnection, size: Size) -> int:
    """Makes the movements of this size in the table ``movement``; returns how many."""
    changes = (size.movements - size.graduates) // 2
    names = {
        "schools": size.schools,
        "disciplines": size.disciplines,
        "cities": size.cities,
        "graduates": size.graduates,
        "changes": changes,
    }
    connection.execute(LEDGER.format(**names))
    connection.execute(SCHOOLS.format(**names))
    connection.execute(insertion(LINES.format(**names), CITIES_APART))
    connection.execute("DROP TABLE pg_temp_people")
    connection.execute("CHECKPOINT ledger")
    found = connection.execute("SELECT count(*) FROM movement").fetchone()
    assert found is not None
    return int(found[0])
