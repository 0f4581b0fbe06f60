"""Do the papers of the project itself say what is so: decision records, and the file by which public code is found?"""

import re

import yaml

from tests.test_architecture import ROOT, modules

RECORDS = ROOT / "docs/adr"
ROOMS = ("cms", "compass", "deliberation", "templates", "deploy", "tests", "docs")
# The controlled vocabulary of publiccode.yml 0.4.0: its list of categories.
CATEGORIES = set("""
accounting agile-project-management applicant-tracking application-development appointment-scheduling backup
billing-and-invoicing blog budgeting business-intelligence business-process-management cad call-center-management
cloud-management collaboration communications compliance-management contact-management content-management crm
customer-service-and-support data-analytics data-collection data-visualization design design-system
digital-asset-management digital-citizenship document-management donor-management e-commerce e-signature
educational-content email-management email-marketing employee-management enterprise-project-management
enterprise-social-networking erp event-management facility-management feedback-and-reviews-management
financial-reporting fleet-management fundraising gamification geographic-information-systems grant-management
graphic-design help-desk hr ide identity-management instant-messaging integrated-library-system inventory-management
it-asset-management it-development it-management it-security it-service-management knowledge-management
learning-management-system marketing mind-mapping mobile-marketing mobile-payment network-management office
online-booking online-community payment-gateway payroll predictive-analysis procurement productivity-suite
project-collaboration project-management property-management real-estate-management regulations-and-directives
remote-support resource-management sales-management seo service-desk social-media-management survey
talent-management task-management taxes-management test-management time-management time-tracking translation
video-conferencing video-editing visitor-management voip warehouse-management web-collaboration web-conferencing
website-builder whistleblowing workflow-management
""".split())  # fmt: skip
SCOPES = {"local-authorities", "government", "society"}  # of a longer list; what we may name
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}


def wrong_in(told: dict) -> list[str]:
    """List what publiccode.yml 0.4 wouldn't take."""
    texts = told.get("description", {})
    rules = {
        "publiccodeYmlVersion": told.get("publiccodeYmlVersion") in ("0.4", "0.4.0"),
        "name": bool(told.get("name")),
        "url": re.fullmatch(r"https://\S+", told.get("url", "")),
        "softwareType": told.get("softwareType") == "standalone/web",
        "platforms": told.get("platforms") == ["web"],
        "categories": told.get("categories") and set(told["categories"]) <= CATEGORIES,
        "developmentStatus": told.get("developmentStatus") in STATUSES,
        "intendedAudience/countries": all(
            re.fullmatch("[a-z]{2}", one)
            for one in told.get("intendedAudience", {}).get("countries", [])
        ),
        "intendedAudience/scope": set(told.get("intendedAudience", {}).get("scope", [])) <= SCOPES,
        "legal/license": told.get("legal", {}).get("license"),
        "localisation": {"localisationReady", "availableLanguages"}
        <= told.get("localisation", {}).keys(),
        "maintenance": told.get("maintenance", {}).get("type") != "community"
        or all(one.get("name") for one in told["maintenance"].get("contacts", [{}])),
        "description": bool(texts),
        "shortDescription": all(
            0 < len(text.get("shortDescription", "")) <= 150 for text in texts.values()
        ),
        "longDescription": all(
            150 <= len(text.get("longDescription", "")) <= 10_000 for text in texts.values()
        ),
        "genericName": all(len(text.get("genericName", "")) <= 35 for text in texts.values()),
        "features": all(text.get("features") for text in texts.values()),
    }
    return [key for key, right in rules.items() if not right]


def test_publiccode_is_valid_for_the_version_it_names():
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    assert wrong_in(told) == []
    assert wrong_in(told | {"categories": ["voting"], "url": ""}) == ["url", "categories"]
    assert told["legal"]["license"] in (ROOT / "README.md").read_text()
    assert f"git clone {told['url']} " in (ROOT / "docs/guides/install.md").read_text()


def named_in(table: str) -> set[str]:
    cells = re.findall(r"^\| ([^|]+) \|", table, re.M)
    return {
        name.split("[")[0].lower() for cell in cells for name in re.split(r", (?![^\[]*\])", cell)
    }


def test_every_dependency_has_its_line_and_no_line_is_left():
    lines = [
        line
        for name in ("requirements.in", "requirements-dev.in")
        for line in (ROOT / name).read_text().splitlines()
    ]
    pinned = {found[0] for line in lines if (found := re.match(r"[a-z0-9][a-z0-9-]*", line))}
    assert len(pinned) > 20
    told = named_in((RECORDS / "0007-dependencies.md").read_text())
    assert told - {"package", "---"} == pinned


def test_a_number_without_a_record_says_why():
    taken = {int(path.name[:4]) for path in RECORDS.glob("*.md")}
    text = (RECORDS / "0000-numbers.md").read_text()
    told = {
        int(number)
        for line in re.findall(r"^- ([\d, ]+):", text, re.M)
        for number in line.split(",")
    }
    assert told == set(range(max(taken))) - taken


def test_every_file_that_the_documents_name_is_there():
    """Beside a path that is given whole, the next may be a name in the same folder."""
    missing, named = [], 0
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for line in path.read_text().splitlines():
            folder = ROOT
            for found in re.findall(r"`([\w./-]+\.(?:py|html|toml|sh|conf|yaml))`", line):
                rooms = [ROOT, folder, *(ROOT / room for room in ROOMS)]
                there = [room / found for room in rooms if (room / found).exists()]
                named += 1
                if not there and not list(ROOT.glob(f"*/**/{found}")):
                    missing.append(f"{path.name}: {found}")
                folder = there[0].parent if there and "/" in found else folder
    assert missing == [] and named > 60


def test_who_reaches_inside_a_library_stands_in_the_list_for_upgrades():
    listed = (ROOT / "docs/upgrading.md").read_text()
    inside = re.compile(
        r"^\s*(from|import) (allauth|wagtail|daphne|channels)[\w.]*\.internal\b", re.M
    )
    found = {
        str(path.relative_to(ROOT)) for path in modules(ROOT) if inside.search(path.read_text())
    }
    assert len(found) > 8
    assert {path for path in found if f"`{path}`" not in listed} == set()
