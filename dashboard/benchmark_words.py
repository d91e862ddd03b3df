"""Which group of peers is in force and why, in sentences: for the page and the command line."""

from dashboard.benchmark_rows import Benchmark
from dashboard.i18n import Translator
from dashboard.indicators.protection import POLICIES
from data_access.selection import Selection


def group_sentences(found: Benchmark | None, selection: Selection, t: Translator) -> list[str]:
    """The groups passed over with the reason of each, then the one in force."""
    if found is None:
        return [t("benchmark.no_school")]
    policy = POLICIES[found.audience]
    sentences = []
    chain = [*(group for group, _ in found.passed), found.group]
    for (group, why), instead in zip(found.passed, chain[1:], strict=True):
        then = t(f"benchmark.group_{instead}") if instead else t("benchmark.nothing")
        sentences.append(
            t(
                f"benchmark.passed_{why}",
                group=t(f"benchmark.group_{group}"),
                instead=then,
                schools=policy.group.schools,
                graduates=policy.group.graduates,
            )
        )
    if found.group is not None:
        name, schools = t(f"benchmark.group_{found.group}"), t.count(found.total.spread.schools)
        sentences.append(t("benchmark.in_force", group=name, schools=schools))
    elif not policy.regions and (selection.origin or selection.work_region):
        sentences.append(t("benchmark.no_regions"))
    else:
        sentences.append(t("benchmark.withheld"))
    if not policy.named:
        sentences.append(t("benchmark.protected"))
    return sentences
