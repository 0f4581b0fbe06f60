"""Rules: who may do what in a live session."""

import rules

from deliberation.people.models import Participant
from deliberation.people.rules import is_participant
from deliberation.projects.models import Role
from deliberation.projects.rules import has_role

from .models import Activity, Attendance, Run
from .polls import Poll, Voter, poll_status


@rules.predicate
def level_allows(actor, about):
    """The promise made to residents: the level in force opens this tool, in the phase that runs."""
    if isinstance(about.obj, Poll):
        return about.obj.is_promised
    if not isinstance(about.obj, Activity):
        return False
    return poll_status(about.obj, about.now).open


@rules.predicate
def attends(actor, about):
    """Somebody who joined this run (or the run of this activity) and was not sent out."""
    obj = about.obj
    if isinstance(actor, Voter) and isinstance(obj, Poll):
        mine = actor.attendance
        return mine.run_id == obj.activity.run_id and mine.participant_id not in obj.sent_out
    if not isinstance(actor, Participant) or not isinstance(obj, Run | Activity):
        return False
    run_id = obj.pk if isinstance(obj, Run) else obj.run_id
    attended = Attendance.objects.filter(run_id=run_id, participant=actor)
    return attended.exclude(run__bans__participant=actor).exists()


prepares = has_role(Role.ADMINISTRATOR, Role.OFFICER, Role.FACILITATOR)
decides = has_role(Role.ADMINISTRATOR, Role.OFFICER, Role.FACILITATOR)
leads = decides | has_role(Role.CO_FACILITATOR)
counts = leads | has_role(Role.NOTE_TAKER)
watches = has_role(Role.OBSERVER)

# On the desk: what is prepared. The object is the project, session, run or item it hangs on.
rules.add_perm("live.create_session", prepares)
rules.add_perm("live.change_session", prepares)
rules.add_perm("live.create_run", prepares)
rules.add_perm("live.add_item", prepares)
rules.add_perm("live.change_item", prepares)
rules.add_perm("live.move_item", prepares)
rules.add_perm("live.remove_item", prepares)
rules.add_perm("live.add_activity", prepares)
rules.add_perm("live.set_strictness", prepares)
rules.add_perm("live.print_cards", prepares)
rules.add_perm("live.see_cards", leads)
rules.add_perm("live.block_card", leads)

# Screens of staff. The object is the run.
rules.add_perm("live.see_console", counts)
rules.add_perm("live.see_projector", counts)

# The run. The object is the run.
rules.add_perm("live.ready_run", prepares)
rules.add_perm("live.open_lobby", leads)
rules.add_perm("live.start_run", leads)
rules.add_perm("live.pause_run", leads)
rules.add_perm("live.resume_run", leads)
rules.add_perm("live.close_run", leads)
rules.add_perm("live.reopen_run", decides)
rules.add_perm("live.cancel_run", decides)
rules.add_perm("live.record_headcount", counts)
rules.add_perm("live.divide_hall", counts)
rules.add_perm("live.rotate_codes", leads)
rules.add_perm("live.see_attendances", leads)
rules.add_perm("live.ban_participant", leads)
rules.add_perm("live.lift_ban", leads)
rules.add_perm("live.tell_sound", leads)

# An activity. The object is the activity.
rules.add_perm("live.open_activity", leads & level_allows)
rules.add_perm("live.pause_activity", leads)
rules.add_perm("live.resume_activity", leads & level_allows)
rules.add_perm("live.close_activity", leads)
rules.add_perm("live.extend_closing", leads)
rules.add_perm("live.cast_card_ballot", counts & level_allows)
rules.add_perm("live.reopen_activity", decides & level_allows)
rules.add_perm("live.void_activity", decides)
rules.add_perm("live.replace_activity", decides)
rules.add_perm("live.expect_paper", leads)
rules.add_perm("live.reveal_result", leads)
rules.add_perm("live.peek_result", decides)
rules.add_perm("live.turn_page", counts)
rules.add_perm("live.enter_hall_count", counts)
rules.add_perm("live.confirm_hall_count", counts)
rules.add_perm("live.correct_hall_count", counts)
rules.add_perm("live.contest_seen_count", decides)

# Residents. The object is the run; for a ballot the activity.
rules.add_perm("live.join_run", is_participant)
rules.add_perm("live.activate_card", is_participant)
rules.add_perm("live.see_run", attends | counts | watches)
rules.add_perm("live.observe_run", watches)
rules.add_perm("live.change_lane", attends)
rules.add_perm("live.report_silence", attends)
rules.add_perm("live.withdraw_silence", attends)
rules.add_perm("live.cast_ballot", attends & level_allows)
