"""English texts of the demo: its first page and one project; the rest shows in Dutch there."""

from cms.editing.translating import translate_page

PROJECT = "kastanjelaan"
WORDS = {
    "Meedoen in Lindewaard": "Take part in Lindewaard",
    (
        "Hier ziet u waarover de gemeente een besluit voorbereidt. Bij elk project staat wat u kunt "
        "veranderen, wie beslist en wanneer. En na afloop: wat we met uw inbreng deden."
    ): (
        "Here you see what the municipality prepares a decision about. Each project says what you "
        "can change, who decides and when. And afterwards: what we did with your input."
    ),
    "De Kastanjelaan wordt vernieuwd": "The Kastanjelaan will be renewed",
    (
        "Het riool onder de Kastanjelaan is 60 jaar oud. We vervangen het, samen met de kabels. "
        "Daarna richten we de straat opnieuw in. Hoe verdelen we de ruimte over parkeren, bomen en "
        "veilig fietsen? Daarover praten we met u."
    ): (
        "The sewer under the Kastanjelaan is 60 years old. We will replace it, together with the "
        "cables. After that we lay out the street again. How do we share the space between parking, "
        "trees and safe cycling? We talk about that with you."
    ),
    (
        "Tekening van een straat met huizen, bomen en een fietspad. Een ouder en een kind staan op "
        "de stoep."
    ): (
        "Drawing of a street with houses, trees and a cycle path. A parent and a child stand on the "
        "pavement."
    ),
    "Waarom nu?": "Why now?",
    (
        "Bij zware regen loopt het water de kelders in. Dat komt doordat het riool te smal is. "
        "Daarom gaat de straat hoe dan ook open. Het is een goed moment om ook de rest van de straat "
        "te verbeteren."
    ): (
        "In heavy rain the water runs into the cellars, because the sewer is too narrow. So the "
        "street will be opened anyway. It is a good moment to make the rest of the street better too."
    ),
    "Wat hoorden we al?": "What did we hear already?",
    (
        "In het voorjaar spraken we 64 bewoners aan de deur. Zij noemden vooral drie dingen: auto’s "
        "rijden te hard, de oude bomen drukken de stoep omhoog, en ’s avonds is er te weinig plek om "
        "te parkeren."
    ): (
        "In spring we talked with 64 residents at their doors. They mentioned three things most: cars "
        "drive too fast, the old trees push up the pavement, and in the evening there is too little "
        "space to park."
    ),
    "Vragen en wensen ophalen": "Collecting questions and wishes",
    "Samen het ontwerp maken": "Making the design together",
    "Riool vervangen en straat aanleggen": "Replacing the sewer and laying out the street",
    "Terugkijken met de straat": "Looking back with the street",
    "Projectteam Kastanjelaan, telefoon 14 0000, kastanjelaan@lindewaard.example": (
        "Kastanjelaan project team, telephone 14 0000, kastanjelaan@lindewaard.example"
    ),
    "Hoe verdelen we de ruimte in de Kastanjelaan over parkeren, bomen en fietsers?": (
        "How do we share the space in the Kastanjelaan between parking, trees and cyclists?"
    ),
    "Het riool en de kabels worden vervangen.": "The sewer and the cables will be replaced.",
    "De straat blijft 9 meter breed.": "The street stays 9 metres wide.",
    "Hulpdiensten moeten er altijd door kunnen.": "Emergency services must always be able to pass.",
    "Auto’s mogen in twee richtingen blijven rijden.": "Cars may go on driving in both directions.",
    "Of de straat eenrichtingsverkeer krijgt.": "Whether the street becomes one-way.",
    "Hoeveel parkeerplaatsen er komen en waar.": "How many parking spaces there will be, and where.",
    "Waar de bomen komen en welke soort.": "Where the trees will stand, and of which kind.",
    "Hoe we het veiliger maken voor fietsers en kinderen.": "How we make it safer for cyclists and children.",
    "De Beukenweg en het plein voor de school. Daar praten we volgend jaar over.": (
        "The Beukenweg and the square in front of the school. We talk about those next year."
    ),
    "Bewoners van de Kastanjelaan": "people who live in the Kastanjelaan",
    "Ouders van basisschool De Linde": "parents of primary school De Linde",
    "Winkels op de hoek": "shops on the corner",
    (
        "De brandweer moet van twee kanten bij de school kunnen komen. Dat hoorden we pas nu. "
        "Daarom krijgt u ook twee weken langer de tijd."
    ): (
        "The fire brigade must be able to reach the school from two sides. We heard that only "
        "now. That is why you also get two weeks more."
    ),
    "Praat over de uitslag van de bewonersavond.": "They talk about the outcome of the residents’ evening.",
    "Bespreekt de gekozen schets.": "It discusses the sketch that was chosen.",
    "Kiest het ontwerp voor de straat.": "They choose the design of the street.",
    "Bewonersavond Kastanjelaan": "Residents’ evening Kastanjelaan",
    "Wat vindt u het belangrijkst?": "What matters most to you?",
    "Wat is voor u het belangrijkst in de nieuwe Kastanjelaan?": "What matters most to you in the new Kastanjelaan?",
    "Meer ruimte voor bomen": "More space for trees",
    "Genoeg parkeerplaatsen": "Enough parking spaces",
    "Veilig fietsen en lopen": "Safe cycling and walking",
}


def translate_site(home) -> None:
    """Translate the first page of a site and its project, as an editor would; nothing else."""
    project = home.get_children().filter(slug=PROJECT).first()
    if project is None:
        return
    translate_page(home, "en", WORDS)
    translate_page(project.specific, "en", WORDS)


def beside(**texts) -> dict:
    """Give the English of these texts, by field, as somebody types it; a line that has none stays Dutch."""
    known = {
        name: WORDS.get(text) if isinstance(text, str) else [WORDS.get(line, line) for line in text]
        for name, text in texts.items()
    }
    return {name: said for name, said in known.items() if said and said != texts[name]}
