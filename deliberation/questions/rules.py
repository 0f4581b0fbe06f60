"""Rules: who may ask, who keeps the list clean, and who answers for the municipality."""

import rules

from deliberation.participation.rules import level_opens
from deliberation.people.rules import is_participant
from deliberation.projects.models import Role
from deliberation.projects.rules import has_role

# | who                          | ask | see the queue, publish, reject, merge, hide | answer, park, dates |
# |------------------------------|-----|---------------------------------------------|---------------------|
# | anybody with a browser       | yes | no                                          | no                  |
# | administrator, officer       | -   | yes                                         | yes                 |
# | facilitator, co-facilitator  | -   | yes: they keep the conversation clean       | no: they don't speak|
# |                              |     |                                             | for the municipality|
# | note taker, observer, council| -   | no                                          | no                  |
# Only asking hangs on the level: what was asked before a level changed is still owed an answer.
moderates = has_role(Role.ADMINISTRATOR, Role.OFFICER, Role.FACILITATOR, Role.CO_FACILITATOR)
speaks_for_us = has_role(Role.ADMINISTRATOR, Role.OFFICER)

rules.add_perm("questions.ask_question", is_participant & level_opens("questions_and_concerns"))

# The object is the project for the queue and what was set apart beside it, else the question.
rules.add_perm("questions.see_queue", moderates)
rules.add_perm("questions.take_over_questions", moderates)
rules.add_perm("questions.discard_questions", moderates)
rules.add_perm("questions.publish_question", moderates)
rules.add_perm("questions.reject_question", moderates)
rules.add_perm("questions.merge_question", moderates)
rules.add_perm("questions.hide_question", moderates)
rules.add_perm("questions.show_question", moderates)
rules.add_perm("questions.answer_question", speaks_for_us)
rules.add_perm("questions.park_question", speaks_for_us)
rules.add_perm("questions.change_promise", speaks_for_us)

# The object is the decision point.
rules.add_perm("questions.set_answer_term", speaks_for_us)
