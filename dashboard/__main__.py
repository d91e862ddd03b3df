"""The command line: demo, serve, replay, import, show, account."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from dashboard import commands, importing, show, show_benchmark, show_flows, token_commands
from dashboard.answers import Answers
from dashboard.i18n import translator
from dashboard.options import (
    AudienceOption,
    ByOption,
    ChannelOption,
    Cohort,
    Day,
    Definition,
    Discipline,
    Format,
    FormatOption,
    GroupOption,
    KindOption,
    Lang,
    LanguageOption,
    Levels,
    Origin,
    Output,
    RankOption,
    Schools,
    WorkRegion,
    day_option,
)
from dashboard.terminal import err, friendly, read_settings, words
from data_access.scope import EVERYTHING, Scope
from data_access.selection import Selection
from data_access.survey_ledger import SurveyKind

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
import_app = typer.Typer(no_args_is_help=True)
show_app = typer.Typer(no_args_is_help=True)
account_app = typer.Typer(no_args_is_help=True)
token_app = typer.Typer(no_args_is_help=True)
template_app = typer.Typer(no_args_is_help=True)
app.add_typer(import_app, name="import", help="Bring a file into the ledger.")
app.add_typer(show_app, name="show", help="Print the figures that the pages show.")
app.add_typer(template_app, name="template", help="Empty files to fill in and import.")
app.add_typer(token_app, name="token", help="Tokens by which schools' systems hand in.")
app.add_typer(account_app, name="account", help="People who may sign in.")


@app.command()
@friendly
def demo() -> None:
    """Fill an empty store with the demonstration data; a filled store is left as it is."""
    commands.fill_demo(read_settings(), err)


@app.command()
@friendly
def serve() -> None:
    """Serve the dashboard."""
    commands.serve(read_settings(), Console())


@app.command("read-submission", hidden=True)
@friendly
def read_submission(number: int) -> None:
    """Read one file that was handed in; the server starts this for large ones."""
    commands.read_submission(read_settings(), number)


@app.command()
@friendly
def replay(
    cohort: Annotated[int | None, typer.Option(help="Cohort; the season in progress.")] = None,
    every: Annotated[float, typer.Option(help="Seconds between reporting days.")] = 3.0,
    days: Annotated[int | None, typer.Option(help="Stop after so many reporting days.")] = None,
) -> None:
    """Replay a demonstration season into the running store, one reporting day at a time."""
    commands.replay(read_settings(), cohort, every, days, err)


@import_app.command("table")
@friendly
def import_table(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    cohort: Cohort,
    level: Annotated[str, typer.Option(help="postgraduate, bachelor, diploma …")],
    as_of: Annotated[str, typer.Option("--as-of", help="Statistical date, YYYY-MM-DD.")],
    edition: Definition = None,
    school: Annotated[str, typer.Option(help="School code; 00000: the whole authority.")] = "00000",
    stated_total: Annotated[int | None, typer.Option(help="Graduates the text states.")] = None,
    stated_rate: Annotated[str | None, typer.Option(help="Rate the text states, %.")] = None,
) -> None:
    """Import a published table by discipline; every printed rate and total is checked."""
    day = day_option(as_of)
    assert day is not None
    stated = (stated_total, stated_rate)
    importing.import_table(
        read_settings(), file, cohort, level, day, edition, school, stated, Console()
    )


@import_app.command("graduates")
@friendly
def import_graduates(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    cohort: Cohort,
    as_of: Annotated[str, typer.Option("--as-of", help="Statistical date, YYYY-MM-DD.")],
    school: Annotated[str | None, typer.Option(help="School code, if the file has none.")] = None,
) -> None:
    """Import record-level files in the national layouts of 2014 and 2024."""
    day = day_option(as_of)
    assert day is not None
    importing.import_graduates(read_settings(), files, cohort, day, school, Console())


@import_app.command("survey")
@friendly
def import_survey(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    kind: Annotated[KindOption, typer.Option(help="Who was asked.")],
    cohort: Cohort,
    title: Annotated[str, typer.Option(help="What the survey is called.")] = "",
    fielded_on: Annotated[
        str | None, typer.Option("--fielded-on", help="Day it was closed, YYYY-MM-DD.")
    ] = None,
) -> None:
    """Import a survey of graduates or employers: one row per person asked, no identities."""
    day = day_option(fielded_on)
    importing.import_survey(read_settings(), files, kind.value, cohort, title, day, Console())


@import_app.command("checks")
@friendly
def import_checks(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    cohort: Cohort,
    channel: Annotated[
        ChannelOption, typer.Option(help="Who found out, where a row names nobody.")
    ] = ChannelOption.department,
) -> None:
    """Import results of checks, such as the filled list of a sample, as the department."""
    importing.import_checks(read_settings(), files, cohort, channel.value, EVERYTHING, Console())


@template_app.command("survey-graduate")
@friendly
def template_survey_graduate(output: Output) -> None:
    """Write an empty workbook for a survey of graduates, with explanations."""
    _template(output, "graduate")


@template_app.command("survey-employer")
@friendly
def template_survey_employer(output: Output) -> None:
    """Write an empty workbook for a survey of employers, with explanations."""
    _template(output, "employer")


@show_app.command("rates")
@friendly
def show_rates(
    cohort: Cohort,
    by: Annotated[ByOption, typer.Option(help="The cut.")] = ByOption.level,
    as_of: Day = None,
    level: Levels = None,
    school: Schools = None,
    discipline: Discipline = None,
    origin: Origin = None,
    work_region: WorkRegion = None,
    edition: Definition = None,
    rank: Annotated[RankOption, typer.Option(help="Rank of disciplines.")] = RankOption.class_,
    provinces: Annotated[bool, typer.Option(help="Regions by province.")] = False,
    format: Format = FormatOption.table,
    lang: Lang = LanguageOption.chinese,
) -> None:
    """Print rates the way the pages compute them."""
    selection = _selection(cohort, as_of, school, level, discipline, edition, origin, work_region)
    settings = read_settings()
    with commands.open_store(settings) as store:
        answers = Answers(store)
        commands.check_codes(answers, selection)
        rows = show.records(
            answers,
            EVERYTHING,
            selection,
            by.value,
            rank.value,
            provinces,
            lang.value,
        )
        if format is FormatOption.json:
            typer.echo(show.as_json(rows))
        elif format is FormatOption.csv:
            typer.echo(show.as_csv(rows))
        else:
            t = translator(lang.value)
            moment = answers.moment(EVERYTHING, selection)
            total = answers.total(EVERYTHING, selection)
            name = t.name(moment.edition.rate_name_zh, moment.edition.rate_name_en)
            show.print_table(rows, show.total_record(total, t("table.total")), name, t)


@show_app.command("benchmark")
@friendly
def show_benchmark_command(
    cohort: Cohort,
    school: Annotated[str, typer.Option(help="The school that is compared.")],
    as_of: Day = None,
    level: Levels = None,
    discipline: Discipline = None,
    edition: Definition = None,
    group: Annotated[GroupOption, typer.Option(help="Narrowest group.")] = GroupOption.auto,
    peer: Annotated[list[str] | None, typer.Option(help="Peers picked by hand.")] = None,
    seen_as: Annotated[
        AudienceOption, typer.Option("--as", help="Under whose protection policy.")
    ] = AudienceOption.department,
    format: Format = FormatOption.table,
    lang: Lang = LanguageOption.chinese,
) -> None:
    """Print one school against its peers, as the benchmark page shows it."""
    selection = _selection(cohort, as_of, [school], level, discipline, edition)
    own = Scope(frozenset({school}))
    scope = own if seen_as is AudienceOption.school else EVERYTHING
    with commands.open_store(read_settings()) as store:
        answers = Answers(store)
        commands.check_codes(answers, selection)
        commands.check_codes(answers, selection.replace(schools=tuple(peer or ())))
        found = show_benchmark.found(answers, scope, selection, group.value, peer or (), lang.value)
        if format is FormatOption.json:
            typer.echo(show_benchmark.as_json(found))
        elif format is FormatOption.csv:
            typer.echo(show_benchmark.as_csv(found))
        else:
            show_benchmark.print_table(found, translator(lang.value))


@show_app.command("flows")
@friendly
def show_flows_(
    cohort: Cohort,
    by: Annotated[str, typer.Option(help="The cut.")] = "origin,work_region",
    stage: Annotated[str | None, typer.Option(help="Stages: origin,study,work.")] = None,
    grouping: Annotated[str, typer.Option(help=", ".join(show_flows.GROUPINGS))] = "province",
    as_of: Day = None,
    level: Levels = None,
    school: Schools = None,
    discipline: Discipline = None,
    origin: Origin = None,
    work_region: WorkRegion = None,
    edition: Definition = None,
    format: Format = FormatOption.json,
    lang: Lang = LanguageOption.chinese,
) -> None:
    """Print people by origin, place of study and work region, the way the flows page does."""
    selection = _selection(cohort, as_of, school, level, discipline, edition, origin, work_region)
    stages, t = show_flows.stages_of(by, stage), translator(lang.value)
    with commands.open_store(read_settings()) as store:
        answers = Answers(store)
        commands.check_codes(answers, selection)
        rows = show_flows.records(answers, EVERYTHING, selection, stages, grouping, t)
    if format is FormatOption.json:
        typer.echo(show_flows.as_json(rows))
    elif format is FormatOption.csv:
        typer.echo(show_flows.as_csv(rows))
    else:
        show_flows.print_table(rows, stages, t)


@app.command()
@friendly
def flags(cohort: Cohort, as_of: Day = None) -> None:
    """Run the rules of flags over a class as of a day; twice with nothing new is once."""
    from dashboard import flagging

    with commands.open_store(read_settings()) as store:
        done = flagging.run(Answers(store), EVERYTHING, cohort, day_option(as_of), "command line")
    typer.echo(flagging.in_words(done, words()))


@account_app.command("add")
@friendly
def account_add(
    username: str,
    role: Annotated[str, typer.Option(help="leader, analyst, school_reviewer …")],
    display_name: Annotated[str, typer.Option(help="Name shown on the screen.")] = "",
    school: Annotated[str | None, typer.Option(help="School code of a school role.")] = None,
) -> None:
    """Create an account; the password is asked for, or read from standard input."""
    password = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )
    commands.add_account(
        read_settings(), username, role, display_name or username, school, password
    )


@token_app.command("create")
@friendly
def token_create(
    school: Annotated[str, typer.Argument(help="School code.")],
    name: Annotated[str, typer.Option(help="The system that hands in.")],
) -> None:
    """Create a token for a school's system; it is printed once and kept nowhere."""
    token_commands.create(read_settings(), EVERYTHING, school, name, Console())


@token_app.command("list")
@friendly
def token_list(
    school: Annotated[str | None, typer.Option(help="School code; every school.")] = None,
) -> None:
    """List tokens, revoked ones included, without themselves."""
    scope = EVERYTHING if school is None else Scope(frozenset({school}))
    token_commands.show(read_settings(), scope, Console())


@token_app.command("revoke")
@friendly
def token_revoke(number: Annotated[int, typer.Argument(help="The number in the list.")]) -> None:
    """Revoke a token; its next request is refused."""
    token_commands.revoke(read_settings(), EVERYTHING, number, Console())


@app.command()
@friendly
def init() -> None:
    """Create or upgrade the registry and fill its code tables; data stays as it is."""
    commands.prepared_registry(read_settings()).dispose()
    err.print("The registry is up to date.")


def _selection(
    cohort: int,
    as_of: str | None,
    schools: list[str] | None,
    levels: list[str] | None,
    discipline: str | None,
    edition: str | None,
    origin: str | None = None,
    work_region: str | None = None,
) -> Selection:
    """What the options of a show command select."""
    return Selection(
        cohort=cohort,
        as_of=day_option(as_of),
        schools=tuple(schools or ()),
        levels=tuple(levels or ()),
        discipline=discipline,
        origin=origin,
        work_region=work_region,
        edition=edition,
    )


def _template(output: Path, kind: SurveyKind) -> None:
    from dashboard.survey_template import write_template

    write_template(output, kind, words())
    err.print(words()("command.template_written", file=output), markup=False, highlight=False)


def main() -> Any:
    """Entry point of the console script."""
    return app()


if __name__ == "__main__":
    main()
