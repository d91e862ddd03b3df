"""Settings: defaults, every problem at once, the key that is made once, and their document."""

import dataclasses
import re
import stat
import threading
from pathlib import Path

import pytest

from dashboard.settings import SPECS, Settings, SettingsError

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def read(home: Path, **given: str) -> Settings:
    return Settings.from_env({"QUXIANG_HOME": str(home), **given})


def test_nothing_set_gives_a_local_server_under_home(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/var/quxiang.db"
    assert settings.analytics_url is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8050)
    assert (settings.session_hours, settings.minimum_n) == (8, 30)
    assert settings.language == "zh-CN"
    assert not settings.cookie_secure


def test_home_is_the_current_directory_when_it_is_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_env({}).home == tmp_path


def test_given_values_are_read(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        QUXIANG_DATABASE_URL="postgresql://q:s3cret@db/quxiang",
        QUXIANG_ANALYTICS_URL="postgresql://analytics/quxiang",
        QUXIANG_PORT="80",
        QUXIANG_COOKIE_SECURE="Yes",
        QUXIANG_SECRET_KEY="k" * 32,
        QUXIANG_LANGUAGE="en",
        QUXIANG_MINIMUM_N="  ",  # empty means the default, as compose files write it
    )
    assert settings.database_url == "postgresql://q:s3cret@db/quxiang"
    assert settings.analytics_url == "postgresql://analytics/quxiang"
    assert settings.port == 80
    assert settings.cookie_secure
    assert settings.secret_key == "k" * 32
    assert settings.language == "en"
    assert settings.minimum_n == 30
    assert not (tmp_path / "var").exists(), "a given key is not written down"


def test_a_relative_sqlite_file_lies_under_home(tmp_path: Path) -> None:
    settings = read(tmp_path, QUXIANG_DATABASE_URL="sqlite:///store/a.db")
    assert settings.database_url == f"sqlite:///{tmp_path}/store/a.db"


def test_an_absolute_sqlite_file_and_memory_stay_as_given(tmp_path: Path) -> None:
    for url in ("sqlite:////srv/a.db", "sqlite://", "sqlite:///:memory:"):
        assert read(tmp_path, QUXIANG_DATABASE_URL=url).database_url == url


def test_every_problem_is_reported_at_once_with_what_is_allowed(tmp_path: Path) -> None:
    wrong = {
        "QUXIANG_HOME": str(tmp_path / "missing"),
        "QUXIANG_DATABASE_URL": "mysql://secret-in-the-url@db/x",
        "QUXIANG_ANALYTICS_URL": "no url",
        "QUXIANG_HOST": "http://a",
        "QUXIANG_PORT": "70000",
        "QUXIANG_SECRET_KEY": "short-secret",
        "QUXIANG_WORKERS": "0",
        "QUXIANG_THREADS": "-1",
        "QUXIANG_PROXIES": "1.5",
        "QUXIANG_COOKIE_SECURE": "perhaps",
        "QUXIANG_SESSION_HOURS": "999",
        "QUXIANG_LANGUAGE": "fr",
        "QUXIANG_MINIMUM_N": "３０",  # full-width digits are no number here
        "QUXIANG_PROT": "8050",
    }
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(wrong)
    assert {p.variable for p in caught.value.problems} == set(wrong)
    text = str(caught.value)
    assert "QUXIANG_PORT: a whole number, 1 to 65535" in text
    assert "QUXIANG_LANGUAGE: zh-CN or en" in text
    assert "did you mean QUXIANG_PORT?" in text
    assert "secret" not in text.replace("QUXIANG_SECRET_KEY", ""), "values are not repeated"
    assert list(tmp_path.iterdir()) == [], "a refused start leaves nothing"


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first = read(tmp_path).secret_key
    file = tmp_path / "var" / "secret-key"
    assert len(first) >= 32
    assert read(tmp_path).secret_key == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [f.name for f in file.parent.iterdir()] == ["secret-key"]


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    keys: list[str] = []
    start = threading.Barrier(8)

    def begin() -> None:
        start.wait()
        keys.append(read(tmp_path).secret_key)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


@pytest.mark.parametrize(("content", "mode"), [("short", 0o600), ("k" * 40, 0o644), ("", 0o600)])
def test_a_weak_or_readable_key_file_stops_the_start(
    tmp_path: Path, content: str, mode: int
) -> None:
    file = tmp_path / "var" / "secret-key"
    file.parent.mkdir()
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(SettingsError, match="QUXIANG_SECRET_KEY"):
        read(tmp_path)


def test_secrets_are_not_in_the_repr(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        QUXIANG_DATABASE_URL="postgresql://q:hunter2@db/quxiang",
        QUXIANG_SECRET_KEY="key" * 20,
    )
    assert "hunter2" not in repr(settings)
    assert "keykey" not in repr(settings)


def test_settings_are_frozen(tmp_path: Path) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        read(tmp_path).port = 1  # type: ignore[misc]


def test_every_field_is_read_from_one_variable() -> None:
    assert [f.name for f in dataclasses.fields(Settings)] == [spec.name for spec in SPECS]


def test_the_document_lists_every_setting_with_its_default_and_nothing_else() -> None:
    """Each row: | `QUXIANG_X` | default | allowed | meaning |."""
    rows = re.findall(
        r"^\| `(QUXIANG_\w+)` \| ([^|]*) \| ([^|]*) \|([^|]*)\|$",
        DOCUMENT.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    documented = {
        name: (default.strip("` "), allowed.strip()) for name, default, allowed, _ in rows
    }
    expected = {spec.variable: (spec.default or "empty", spec.allowed) for spec in SPECS}
    assert documented == expected
    assert all(meaning.strip() for *_, meaning in rows)
