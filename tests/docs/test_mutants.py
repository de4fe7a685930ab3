"""`make mutants` takes minutes; that it still can break what it is to break is seen at once."""

import pytest

from tests.mutants import MUTANTS, ROOT, Edit


@pytest.mark.parametrize(
    "edit", [edit for mutant in MUTANTS for edit in mutant.edits], ids=lambda edit: edit.file
)
def test_what_a_mutant_replaces_is_there_once(edit: Edit) -> None:
    assert (ROOT / edit.file).read_text().count(edit.before) == 1
