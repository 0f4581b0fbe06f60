"""Models of votes: ballots, who used theirs, and answered commands; never voter and vote in one place."""

from django.db import models

from .. import randomness
from .activities import Round
from .attendance import Attendance
from .evening import Lane, Run


class Ballot(models.Model):
    """One vote. No time, number or operation on it: after closing nothing leads to who cast it.

    `voter_key` exists while the round is open, so that a vote can be changed. `lane` is blank after
    closing where few voted.
    """

    id = models.UUIDField(primary_key=True, default=randomness.new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="ballots")
    voter_key = models.CharField(max_length=64, null=True)
    lane = models.CharField(max_length=6, choices=Lane.choices, blank=True)
    choices = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "voter_key"], name="one_ballot_per_voter")
        ]

    def __str__(self):
        return str(self.id)


class Spent(models.Model):
    """Who used their vote in a round: never what they chose. The guard that needs no secret."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="spent")
    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="spent")

    class Meta:
        verbose_name_plural = "spent votes"
        constraints = [
            models.UniqueConstraint(fields=["round", "attendance"], name="one_vote_per_attendance")
        ]

    def __str__(self):
        return f"{self.attendance} in {self.round}"


class Op(models.Model):
    """A command that was answered, so that a repeat gets the first answer. `actor` is `p:<id>` or `u:<id>`."""

    actor = models.CharField(max_length=40)
    op_id = models.UUIDField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10)
    code = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500, blank=True)
    receipt = models.CharField(max_length=9, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "op_id"], name="one_answer_per_op")]

    def __str__(self):
        return f"{self.op_id} {self.status}"
