"""The invented town: streets, postcodes in an area that does not exist, and numbers from the ranges kept for drama."""

from .planned import PlannedAddress

PARTNERSHIP = "Aberwenlli and Marsh"
TOWN = "Aberwenlli"
TOWNS = ("Aberwenlli", "Aberwenlli", "Aberwenlli", "Thornmarsh", "Llanwenlli", "Eastmere Quay", "Pentrewenlli")
OUTWARD = {
    "Aberwenlli": ("QZ1", "QZ2"),
    "Thornmarsh": ("QZ3",),
    "Llanwenlli": ("QZ4",),
    "Eastmere Quay": ("QZ5",),
    "Pentrewenlli": ("QZ6",),
}
OTHER_AREAS = ("Castelforth", "Marrowdale", "Kelderby", "Brackenholt", "Vale of Tarrow", "Northmarch", "Greywater")

NAMES = [
    "Tern",
    "Heron",
    "Curlew",
    "Saltpan",
    "Ferryman's",
    "Ropewalk",
    "Sluice",
    "Bellfounder",
    "Tannery",
    "Osier",
    "Withy",
    "Lantern",
    "Harbour",
    "Quay",
    "Chandler",
    "Weir",
    "Millrace",
    "Hawthorn",
    "Rowan",
    "Bracken",
    "Teasel",
    "Larkspur",
    "Foxglove",
    "Sorrel",
    "Meadowsweet",
    "Plover",
    "Dunlin",
    "Avocet",
    "Kiln",
    "Slate",
    "Quarry",
    "Chapel",
    "Vestry",
    "Orchard",
    "Damson",
    "Pippin",
    "Bramble",
    "Celandine",
    "Windrush",
    "Causeway",
    "Priory",
    "Almoner",
    "Glebe",
    "Tithe",
    "Beacon",
    "Signal",
    "Junction",
    "Viaduct",
]
KINDS = [
    "Street",
    "Street",
    "Street",
    "Road",
    "Road",
    "Close",
    "Lane",
    "Terrace",
    "Avenue",
    "Crescent",
    "Court",
    "Way",
    "Row",
]
WELSH = (
    "Heol Wenlli",
    "Ffordd y Morfa",
    "Maes y Gylfinir",
    "Stryd y Cei",
    "Lôn yr Helyg",
    "Clos y Dderwen Fach",
    "Rhodfa'r Gors",
    "Bryn Eithin Melyn",
)
SURGERIES = (
    "Ropewalk Surgery",
    "Osier Lane Medical Centre",
    "Quayside Practice",
    "Canolfan Feddygol Wenlli",
    "Thornmarsh Health Centre",
)
SCHOOLS = (
    "Ysgol Gynradd Wenlli",
    "Tern Street Primary School",
    "Saltpan Junior School",
    "Thornmarsh Academy",
    "Ysgol Uwchradd y Morfa",
)
NURSERIES = ("Little Herons Nursery", "Cylch Meithrin Wenlli")
HOSPITAL = "Wenlli General Hospital"
VENUE = "Meeting Room 2, Sluice House, Harbour Street, Aberwenlli"
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def street(rng):
    return rng.choice(WELSH) if rng.random() < 0.18 else f"{rng.choice(NAMES)} {rng.choice(KINDS)}"


def postcode(rng, town):
    """A postcode of the area QZ, which the Post Office does not use."""
    return f"{rng.choice(OUTWARD[town])} {rng.randint(1, 9)}{rng.choice(LETTERS)}{rng.choice(LETTERS)}"


def address(rng, kind="current"):
    """An invented address, sometimes a flat."""
    flat = f"Flat {rng.randint(1, 24)}, " if rng.random() < 0.2 else ""
    town = rng.choice(TOWNS)
    return PlannedAddress(
        lines=f"{flat}{rng.randint(1, 148)} {street(rng)}", town=town, postcode=postcode(rng, town), kind=kind
    )


def mobile(rng):
    """A mobile number that Ofcom keeps for drama."""
    return f"07700 900{rng.randrange(1000):03d}"


def landline(rng):
    """A landline number that Ofcom keeps for drama."""
    return f"01632 960{rng.randrange(1000):03d}"
