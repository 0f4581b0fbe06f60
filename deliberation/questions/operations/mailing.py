"""Tasks under their names of the release before: its code hands them in while an installation is brought up to date.

Goes with the release after, when none of them waits any more (ADR 67).
"""

from deliberation.participation.operations.mailing import mail_author as mail_asker
from deliberation.participation.operations.mailing import mail_outcome

__all__ = ["mail_asker", "mail_outcome"]
