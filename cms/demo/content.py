"""Content of the demo: its fictional municipalities, their people and shared texts, in B1 Dutch."""

PASSWORD = "samen-kompas-demo"  # noqa: S105 (fixed on purpose; a deploy check refuses it)
INSTALLER = "installatie"
ADDRESS = "@lindewaard.example"

# What the desk, the site and the screens call a municipality; who works there: account, first and
# last name as shown, role. The first one is the site of the plain address.
MUNICIPALITIES = [
    {
        "slug": "lindewaard",
        "name": "Lindewaard",
        "home": "Meedoen in Lindewaard",
        "address": ADDRESS,
        "accounts": [
            ("beheer", "Beheerder", "Participatie", "administrator"),
            ("beleid", "Beleidsmedewerker", "Ruimte", "officer"),
            ("gesprek", "Gespreksleider", "Avond", "facilitator"),
            ("zaal", "Begeleider", "Zaal", "co_facilitator"),
            ("raad", "Raadslid", "Lindewaard", "council"),
        ],
    },
    {
        "slug": "duinrode",
        "name": "Duinrode",
        "home": "Duinrode doet mee",
        "address": "@duinrode.example",
        "accounts": [
            ("beheer", "Beheerder", "Duinrode", "administrator"),
            ("beleid", "Beleidsmedewerker", "Duinrode", "officer"),
        ],
        "level_names": {
            "inform": {"plain": {"nl": "Meeweten", "en": "In the know"}},
            "consult": {"plain": {"nl": "Meedenken", "en": "Thinking along"}},
            "co_create": {"plain": {"nl": "Meemaken", "en": "Making it with us"}},
            "collaborate": {"plain": {"nl": "Meedoen", "en": "Doing it with us"}},
        },
        "theme": {
            "primary": "#6b2d5c",
            "primary-hover": "#4a1d3f",
            "accent": "#f4a259",
            "link": "#6b2d5c",
            "header-text": "#4a1d3f",
            "page": "#fdf8f4",
        },
    },
]


def accounts() -> list[tuple[str, str, str]]:
    """List every account of the demo: e-mail address, name, role ("" for the one that installs)."""
    return [(INSTALLER + ADDRESS, "Installatie", "")] + [
        (account + told["address"], f"{first} {last}", role)
        for told in MUNICIPALITIES
        for account, first, last, role in told["accounts"]
    ]


# The answers an officer gives when nothing special is the case.
USUAL = {
    "g_law_excludes": False,
    "g_no_room_law": False,
    "g_crisis": False,
    "g_minor": False,
    "g_tax": False,
    "g_internal": False,
    "g_decided": False,
    "g_other_body": False,
    "g_private": False,
    "g_law_requires": False,
    "g_promised": False,
    "room": 2,
    "commitment": 1,
    "impact": 2,
    "reach": 1,
    "uneven": 0,
    "attention": 1,
    "knowledge": 1,
    "problem": 1,
    "purpose": 1,
    "doing": 0,
    "energy": 1,
    "phase": 1,
    "time": 2,
    "capacity": 1,
    "mandate": 1,
    "initiator": "gemeente",
    "decider": "college",
    "earlier": True,
    "advisory_body": False,
}

PLACE = "Dorpshuis De Linde, Kerkplein 2"
EVENING_INTRO = (
    "U kunt in de zaal meedoen of thuis, op uw telefoon of computer. Alle stemmen tellen samen, "
    "ieder één keer. Een account is niet nodig."
)
HALL_INSTRUCTIONS = "Luister eerst naar de uitleg. Daarna stemt u."
ONLINE_INSTRUCTIONS = "Luister eerst naar de uitleg. Kies daarna één antwoord."
PLAN_B = "Valt de verbinding weg? Tel de handen en wacht met sluiten tot thuis weer meekijkt."
FEEDBACK = (
    "We zetten de uitslag morgen op de projectpagina. In het ontwerp leest u wat we ermee deden "
    "en waarom."
)

HOME_INTRO = (
    "Hier ziet u waarover de gemeente een besluit voorbereidt. Bij elk project staat wat u kunt "
    "veranderen, wie beslist en wanneer. En na afloop: wat we met uw inbreng deden."
)
# Title, address, text.
STANDARD_PAGES = [
    (
        "Hoe werkt meedoen?",
        "hoe-werkt-meedoen",
        """
<p>Bij elk besluit kiest de gemeente vooraf hoe ver inwoners mogen gaan. Dat doen we met een vaste
vragenlijst, het afwegingskader. U leest altijd welke keuze is gemaakt en waarom.</p>
<h2>De vier manieren</h2>
<ul>
<li><b>Wij vertellen het u</b> (informeren). Het besluit staat vast. U kunt vragen stellen.</li>
<li><b>U geeft uw mening</b> (raadplegen). We wegen uw mening mee en leggen uit wat we ermee deden.</li>
<li><b>We maken het samen</b> (samenspel). U maakt het plan mee.</li>
<li><b>We doen het samen</b> (meewerken). U voert het plan ook mee uit.</li>
</ul>
""",
    ),
]
CONTACT = "Gemeente {name}, telefoon 14 0000. De functionaris gegevensbescherming bereikt u op hetzelfde nummer."
