"""Score bands: which totals a score can have, and whether each total points to exactly one level."""

from collections.abc import Iterator

from compass.engine.anatomy import Rule, Rulebook
from compass.engine.conditions import Code, ScoreAtLeast, ScoreAtMost
from compass.engine.findings import NEVER, Finder, Finding, quiet, said
from compass.engine.scores import Score, totals

MOST_NAMED = 12  # totals that never occur; with more the range says enough


def about_scores(finder: Finder) -> Iterator[Finding]:
    """Name what each score can be, and the totals where bands overlap or leave a gap."""
    for score in finder.framework.scores:
        reachable = reachable_totals(score)
        yield about_range(finder, score, reachable)
        bands = bands_over(finder.framework, score)
        if bands:
            yield from about_bands(finder, score, reachable, bands)


def reachable_totals(score: Score) -> list[int]:
    """List every total some answers add up to, lowest first."""
    low, bits = totals(score.terms)
    return [low + step for step in range(bits.bit_length()) if bits >> step & 1]


def bands_over(framework: Rulebook, score: Score) -> list[Rule]:
    """List the rules that point to a level by this score and nothing else."""
    return [
        rule
        for rule in framework.rules
        if rule.effect == "points_to"
        and all(
            isinstance(leaf, ScoreAtLeast | ScoreAtMost) and leaf.score is score
            for leaf in rule.when.leaves()
        )
    ]


def about_range(finder: Finder, score: Score, reachable: list[int]) -> Finding:
    """Say between which totals a score lies. Totals a rule names that never occur are named, too."""
    low, high = reachable[0], reachable[-1]
    never = sorted(set(range(min(low, 0), high + 1)) - set(reachable))
    listed = ", ".join(map(str, never)) if len(never) <= MOST_NAMED else ""

    def told(book) -> str:
        return book.translated(NEVER).format(totals=listed) if listed else ""

    return finder.finding(
        "score_range", score.key, score=name_of(score), low=low, high=high, never=told
    )


def about_bands(finder, score, reachable: list[int], bands: list[Rule]) -> Iterator[Finding]:
    for total in reachable:
        firing = [rule for rule in bands if rule.when.evaluate({score.key: total})]
        witness = answers_for(finder.framework, score, total)
        about = {"score": name_of(score), "total": total, "witness": witness}
        reads = [term.key for term in score.terms]
        if not firing:
            yield finder.finding("band_gap", score.key, str(total), reads=reads, **about)
        if len({rule.rank for rule in firing}) > 1:
            yield finder.finding(
                "overlapping_bands", score.key, str(total), reads=reads, **about,
                rules=lambda book, firing=firing: ", ".join(f"“{said(r)(book)}”" for r in firing),
            )  # fmt: skip


def name_of(score: Score):
    return lambda book: book.score(score.key)


def answers_for(framework: Rulebook, score: Score, total: int) -> dict[str, Code]:
    """Give quiet answers that add up to a total; it has to be reachable."""
    answers = {question.key: quiet(framework, question.key) for question in framework.questions}
    left = total
    for number, term in enumerate(score.terms):
        low, bits = totals(score.terms[number + 1 :])
        for code, points in term.points.items():
            step = left - points - low
            if step >= 0 and bits >> step & 1:
                answers[term.key], left = code, left - points
                break
    return answers
