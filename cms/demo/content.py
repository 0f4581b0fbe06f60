"""Which fictional municipality does the demo show? Its people, projects and texts, in B1 Dutch."""

from datetime import date, timedelta

MUNICIPALITY = {"slug": "lindewaard", "name": "Lindewaard"}
PASSWORD = "samen-kompas-demo"  # noqa: S105 (fixed on purpose; a deploy check refuses it)
ADDRESS = "@lindewaard.example"

# Account name, first and last name as shown, role (None: the account that installs).
ACCOUNTS = [
    ("installatie", "Installatie", "Lindewaard", None),
    ("beheer", "Beheerder", "Participatie", "administrator"),
    ("beleid", "Beleidsmedewerker", "Ruimte", "officer"),
    ("gesprek", "Gespreksleider", "Avond", "facilitator"),
    ("zaal", "Begeleider", "Zaal", "co_facilitator"),
    ("raad", "Raadslid", "Lindewaard", "council"),
]

STREET = {
    "slug": "kastanjelaan",
    "title": "De Kastanjelaan wordt vernieuwd",
    "summary": (
        "Het riool onder de Kastanjelaan is 60 jaar oud. We vervangen het, samen met de kabels. "
        "Daarna richten we de straat opnieuw in. Hoe verdelen we de ruimte over parkeren, bomen "
        "en veilig fietsen? Daarover praten we met u."
    ),
    "contact": "Projectteam Kastanjelaan, telefoon 14 0000, kastanjelaan@lindewaard.example",
}
STREET_POINTS = {
    "layout": {
        "question": "Hoe verdelen we de ruimte in de Kastanjelaan over parkeren, bomen en fietsers?",
        "decided_by": "college",
        "fixed": [
            "Het riool en de kabels worden vervangen.",
            "De straat blijft 9 meter breed.",
            "Hulpdiensten moeten er altijd door kunnen.",
        ],
        "open": [
            "Hoeveel parkeerplaatsen er komen en waar.",
            "Waar de bomen komen en welke soort.",
            "Hoe we het veiliger maken voor fietsers en kinderen.",
        ],
        "outside": ["De Beukenweg en het plein voor de school. Daar praten we volgend jaar over."],
        "groups": [
            "Bewoners van de Kastanjelaan",
            "Ouders van basisschool De Linde",
            "Winkels op de hoek",
        ],
    },
    "sewer": {
        "question": "Wanneer en hoe vervangen we het riool en de kabels?",
        "decided_by": "college",
        "fixed": [
            "Het riool moet eruit. Het lekt en is te klein voor zware buien.",
            "We werken van maart tot en met augustus, in drie stukken.",
        ],
        "open": [],
        "outside": ["De inrichting van de straat. Dat is een ander besluit, hierboven."],
        "groups": ["Bewoners van de Kastanjelaan", "Winkels op de hoek"],
    },
}
# The answers of the policy officer. Complete, so the advice is not provisional.
NO_GATES = {
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
}
STREET_ANSWERS = {
    "layout": NO_GATES
    | {
        "room": 2,
        "commitment": 2,
        "impact": 3,
        "reach": 1,
        "uneven": 1,
        "attention": 1,
        "knowledge": 2,
        "problem": 1,
        "purpose": 2,
        "doing": 0,
        "energy": 2,
        "phase": 1,
        "time": 2,
        "capacity": 2,
        "mandate": 2,
        "initiator": "gemeente",
        "decider": "college",
        "earlier": True,
        "advisory_body": False,
    },
    "sewer": NO_GATES
    | {
        "room": 0,
        "commitment": 0,
        "impact": 2,
        "reach": 1,
        "uneven": 0,
        "attention": 1,
        "knowledge": 0,
        "problem": 0,
        "purpose": 0,
        "doing": 0,
        "energy": 1,
        "phase": 2,
        "time": 1,
        "capacity": 1,
        "mandate": 1,
        "initiator": "gemeente",
        "decider": "college",
        "earlier": True,
        "advisory_body": False,
    },
}

BYLAW = {
    "slug": "afspraken-over-meedoen",
    "title": "Samen afspraken maken over meedoen",
    "summary": (
        "De gemeente moet vastleggen hoe inwoners kunnen meedoen bij plannen. Dat heet een "
        "participatieverordening. We schrijven hem samen met inwoners, op drie avonden."
    ),
    "contact": "Team Participatie, telefoon 14 0000, meedoen@lindewaard.example",
}
BYLAW_POINT = {
    "question": "Welke afspraken over meedoen komen in de participatieverordening?",
    "decided_by": "raad",
    "fixed": [
        "De wet zegt dat er een participatieverordening komt.",
        "De gemeenteraad stelt hem vast.",
    ],
    "open": [
        "Wanneer de gemeente inwoners moet vragen om mee te doen.",
        "Hoe de gemeente vertelt wat zij met uw inbreng doet.",
        "Hoe inwoners zelf een plan kunnen indienen.",
    ],
    "outside": ["Plannen die al lopen. Daarvoor gelden de oude afspraken."],
    "groups": ["Alle inwoners", "Dorpsraden en verenigingen", "Jongeren"],
}
BYLAW_ANSWERS = NO_GATES | {
    "g_promised": "co_create",
    "room": 3,
    "commitment": 2,
    "impact": 2,
    "reach": 3,
    "uneven": 1,
    "attention": 1,
    "knowledge": 2,
    "problem": 2,
    "purpose": 3,
    "doing": 0,
    "energy": 2,
    "phase": 1,
    "time": 3,
    "capacity": 2,
    "mandate": 2,
    "initiator": "gemeente",
    "decider": "raad",
    "earlier": True,
    "advisory_body": False,
}
BYLAW_PUBLIC_REASONS = {
    "g_promised": "De raad heeft beloofd dat we de verordening samen met inwoners schrijven.",
}

BYLAW_EVENINGS = [
    ("Avond 1: wanneer wilt u meedoen?", -21),
    ("Avond 2: wat doen we met uw inbreng?", 14),
    ("Avond 3: de hele tekst doornemen", 35),
]
CLOSED_POLL = {
    "title": "Wanneer wilt u meedoen?",
    "question": "Wanneer moet de gemeente u in elk geval vragen om mee te doen?",
    "options": [
        "Bij elk plan in mijn straat",
        "Bij plannen voor de hele wijk",
        "Alleen bij grote plannen",
    ],
    "mode": "H1",
    "online": [9, 14, 6],
    "hands": [11, 22, 8],
    "headcount": 44,
}
OPEN_POLL = {
    "title": "Wat vindt u het belangrijkst?",
    "question": "Wat is voor u het belangrijkst in de nieuwe Kastanjelaan?",
    "options": ["Meer ruimte voor bomen", "Genoeg parkeerplaatsen", "Veilig fietsen en lopen"],
    "mode": "H3",
    "headcount": 38,
    "phones": {"hall": [4, 6, 7], "online": [5, 3, 8]},
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


def phases(today: date) -> dict[str, list[tuple]]:
    """Give each project's phases around today: (kind, title, first day, last day)."""

    def day(offset):
        return today + timedelta(days=offset)

    return {
        STREET["slug"]: [
            ("prepare", "Vragen en wensen ophalen", day(-90), day(-31)),
            ("design", "Samen het ontwerp maken", day(-30), day(60)),
            ("execute", "Riool vervangen en straat aanleggen", day(100), day(280)),
            ("evaluate", "Terugkijken met de straat", day(300), day(360)),
        ],
        BYLAW["slug"]: [
            ("prepare", "De raad vraagt om een voorstel", day(-120), day(-41)),
            ("design", "Drie avonden samen schrijven", day(-40), day(50)),
            ("execute", "De verordening geldt", day(90), day(450)),
            ("evaluate", "Kijken of het werkt", day(451), day(540)),
        ],
    }


HOME_INTRO = (
    "Hier ziet u waarover de gemeente een besluit voorbereidt. Bij elk project staat wat u kunt "
    "veranderen, wie beslist en wanneer. En na afloop: wat we met uw inbreng deden."
)
STREET_TEXT = """
<h2>Waarom nu?</h2>
<p>Bij zware regen loopt het water de kelders in. Dat komt doordat het riool te smal is. Daarom gaat
de straat hoe dan ook open. Het is een goed moment om ook de rest van de straat te verbeteren.</p>
<h2>Wat hoorden we al?</h2>
<p>In het voorjaar spraken we 64 bewoners aan de deur. Zij noemden vooral drie dingen: auto’s rijden
te hard, de oude bomen drukken de stoep omhoog, en ’s avonds is er te weinig plek om te parkeren.</p>
"""
BYLAW_TEXT = """
<h2>Waarom schrijven we dit samen?</h2>
<p>Inwoners vertelden ons dat ze vaak te laat werden gevraagd. En dat ze daarna niets meer hoorden.
Dat willen we anders doen. Wie kan beter zeggen hoe dat moet dan de mensen die het meemaken?</p>
"""
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
    (
        "Toegankelijkheid",
        "toegankelijkheid",
        """
<p>Iedereen moet deze website kunnen gebruiken. Ook met een schermlezer, met het toetsenbord of
zonder JavaScript. Lukt iets niet? Bel 14 0000. Dan helpen we u en lossen we het op.</p>
""",
    ),
    (
        "Privacy",
        "privacy",
        """
<p>U kunt meedoen zonder uw naam te geven. We bewaren een code in uw browser, zodat uw stem één
keer telt. We volgen u niet en delen niets met anderen.</p>
""",
    ),
]
