"""What a submission keeps of persons: a sealed file for a while, and no words about them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from data_access.acceptance import withdraw_submission
from data_access.scope import EVERYTHING
from data_access.sealed import Box
from tests.sql.submitting import ANALYST, OWN, REVIEWER, STAFF, drafted, handed, submissions
from tests.sql.test_submissions import FIRST, SECOND, refused


def test_a_box_opens_what_it_sealed_for_the_same_thing_only() -> None:
    box = Box("secret")
    sealed = box.seal(b"content", "submission 1")
    assert box.open(sealed, "submission 1") == b"content"
    assert b"content" not in sealed
    for other, text in ((box, "submission 2"), (Box("another"), "submission 1")):
        assert refused(lambda o=other, t=text: o.open(sealed, t)) == "submission.file_unreadable"


@pytest.mark.parametrize("words", ["13812345678", "11010519491231002X", "x" * 1_001])
def test_words_about_a_person_are_not_kept(registry: Engine, words: str) -> None:
    made = submissions(registry)
    one = drafted(made, handed(FIRST))
    for action in (
        lambda: made.give_reason(OWN, one.id, "r", words, STAFF),
        lambda: made.send_back(OWN, one.id, "draft", words, REVIEWER),
        lambda: withdraw_submission(made, EVERYTHING, one.id, words, ANALYST),
    ):
        assert refused(action) in ("words.personal", "words.long")
    named = made.receive(OWN, replace(handed(SECOND), file_name="list 13812345678.csv"), STAFF)
    assert "13812345678" not in named.file_name
