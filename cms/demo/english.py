"""What does the demo say in English? Its first page and one project; the rest shows in Dutch there."""

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
}


def translate_site(home) -> None:
    """Translate the first page of a site and its project, as an editor would; nothing else."""
    project = home.get_children().filter(slug=PROJECT).first()
    if project is None:
        return
    translate_page(home, "en", WORDS)
    translate_page(project.specific, "en", WORDS)
