"""Are a hundred addresses of one person seen as one, and are neighbours left apart?"""

from types import SimpleNamespace

import pytest

from deliberation.people.addresses import clusters, is_thrown_away, least_people, normal_address
from deliberation.people.mail_limit import MailboxFull, room_for
from deliberation.people.throttling import LIMITS, Limit


def people(*addresses):
    return [SimpleNamespace(email=address) for address in addresses]


@pytest.mark.parametrize(
    ("typed", "mailbox"),
    [
        ("Anna@Example.org", "anna@example.org"),
        ("anna+1@example.org", "anna@example.org"),
        ("anna+a+b@example.org", "anna@example.org"),
        ("a.n.n.a@gmail.com", "anna@gmail.com"),
        ("A.nna+x@googlemail.com", "anna@gmail.com"),
        ("a.nna@example.org", "a.nna@example.org"),
        ("+anna@example.org", "+anna@example.org"),
        ("ａnna@example.org", "anna@example.org"),
        ("anna@example.org.", "anna@example.org"),
    ],
)
def test_a11_an_address_leads_to_its_mailbox(typed, mailbox):
    assert normal_address(typed) == mailbox


def test_a11_a_hundred_addresses_of_one_mailbox_are_one_cluster():
    many = people(*(f"anna+{number}@example.org" for number in range(100)), "bert@example.org")
    (cluster,) = clusters(many)
    assert (cluster.address, len(cluster.users)) == ("anna@example.org", 100)
    assert not cluster.thrown_away
    assert least_people(many) == 2


def test_a11_dots_do_not_make_more_people():
    (cluster,) = clusters(people("a.nna@gmail.com", "an.na@gmail.com", "anna@googlemail.com"))
    assert len(cluster.users) == 3


def test_a11_mailboxes_for_one_use_are_flagged_together():
    users = people("a@mailinator.com", "b@mailinator.com", "c@x.mailinator.com", "d@example.org")
    found = {one.address: len(one.users) for one in clusters(users)}
    assert found == {"@mailinator.com": 2, "@x.mailinator.com": 1}
    assert all(one.thrown_away for one in clusters(users))


@pytest.mark.parametrize("address", ["a@notmailinator.com", "a@mailinator.com.example.org"])
def test_a11_a_name_that_only_resembles_is_not_flagged(address):
    assert not is_thrown_away(address)


def test_a11_who_is_alone_in_a_mailbox_is_in_no_cluster():
    users = people("anna@example.org", "bert@example.org", "an.na@example.org")
    assert clusters(users) == []
    assert least_people(users) == 3


def test_a_mailbox_gets_no_more_mails_under_other_addresses():
    """Whoever asks can't fill the mailbox of somebody else by putting a plus and a word in its address."""
    limit = Limit("mails of this test", 3, 3600, "goes when there is room again")
    try:
        for number in range(limit.most):
            with room_for(limit, f"jan+{number}@gmail.com"):
                pass
        with pytest.raises(MailboxFull), room_for(limit, "j.a.n@googlemail.com"):
            pass
        with room_for(limit, "piet@gmail.com"):
            pass
    finally:
        del LIMITS[limit.name]
