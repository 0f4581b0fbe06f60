"""Models of votes: ballots sealed and ballots counted, who used theirs, and commands that were answered."""

from django.db import models

from .. import randomness
from .activities import Round
from .attendance import Attendance
from .evening import Lane, Run


class SealedBallot(models.Model):
    """One vote in an open round: what was chosen can be read with the round's secret only, see `sealing`.

    What is written stays in logs, dead rows and copies of files, so a choice is never beside its voter in the clear.
    """

    voter_key = models.CharField(max_length=64, primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="sealed_ballots")
    lane = models.CharField(max_length=6, choices=Lane.choices)
    sealed = models.BinaryField()

    def __str__(self):
        return self.voter_key


class Ballot(models.Model):
    """One counted vote, written when its round closed. No value on it stood anywhere before.

    `lane` is blank where few voted. `voter_key` is of versions that wrote votes here while a round was open.
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
