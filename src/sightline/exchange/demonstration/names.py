"""Invented names: people from many languages, companies and business units that do not exist.
Addresses end in `.example`, a domain that can never be delivered to."""

import unicodedata
from random import Random
from typing import Final

PEOPLE: Final = (
    (
        "Alice Harriet Thomas Oliver Imogen Callum Rhys Bronwen Fiona Edward Naomi Graham",
        "Ashworth Pemberton Hartley Llewellyn Sinclair Whitcombe Fairbairn Okell Radcliffe Tate",
    ),
    (
        "Jürgen Anneliese Matthias Katrin Stefan Ulrike Björn Sabine Florian Heike Lukas Greta",
        "Schäfer Vogelsang Krämer Lindenau Möller Brandtner Weißmann Hartung Seidl Köhler",
    ),
    (
        "Élodie Benoît Chloé François Margaux Thibault Solène Raphaël Inès Gaëlle Mathieu Noémie",
        "Lefèvre Marchand Desrosiers Béranger Fontaine Garnier Delacourt Roussel Pélissier Aubry",
    ),
    (
        "Agnieszka Paweł Małgorzata Tomasz Łukasz Zofia Krzysztof Ewa Jakub Hanna Wojciech Iga",
        "Wójcik Dąbek Śliwa Gołąb Mazur Kępa Pawlak Baran Wrona Żak",
    ),
    (
        "Priya Arjun Meera Rohan Ananya Vikram Kavita Sanjay Deepa Nikhil Ishaan Lakshmi",
        "Raghunathan Deshpande Iyer Chatterjee Malhotra Nair Bhattacharya Kulkarni Menon Rao",
    ),
    (
        "Ngozi Chidi Amara Tunde Folake Emeka Yetunde Obinna Adaeze Kunle Zainab Ifeoma",
        "Adeyemi Okonkwo Balogun Eze Nwosu Olawale Abiola Onyekachi Danjuma Afolabi",
    ),
    (
        "Lucía Álvaro Inmaculada Íñigo Beatriz Rodrigo Marisol Joaquín Pilar Sergio Nuria Andrés",
        "Ibáñez Quintana Herrero Valcárcel Núñez Escudero Lozano Peñalver Robles Zúñiga",
    ),
    (
        "Giulia Lorenzo Chiara Matteo Francesca Niccolò Elisa Davide Beatrice Alessio Ilaria Ugo",
        "Bellandi Ferraro Montanari Ricciardi Galvani Salvatori Moretti Testa Barbieri Conti",
    ),
    (
        "Haruka Kenji Yuki Takeshi Naoko Daichi Emi Shun Ayumi Ryo Michiko Satoru",
        "Ishikawa Matsuda Hayashi Okamoto Fujimoto Sakurai Nomura Ueda Kobayashi Morita",
    ),
    (
        "Astrid Søren Ingrid Håkon Freja Åsa Magnus Linnea Øyvind Signe Henrik Maja",
        "Lindqvist Sørensen Bergström Nygård Halvorsen Åkesson Dahl Ekdahl Kjær Holmgren",
    ),
    (
        "Elif Mehmet Ayşe Çağlar Zeynep Emre Gülşen Burak Şule Kerem Defne Orhan",
        "Yıldırım Öztürk Demirtaş Çelik Aksoy Karaca Şahin Güneş Erdoğmuş Polat",
    ),
    (
        "Siobhán Ciarán Aoife Pádraig Niamh Eoin Gráinne Declan Róisín Fergal Orla Tadhg",
        "O'Sullivan Ní_Bhriain MacCarthy O'Dowd Breathnach Kavanagh Tierney Mulcahy Ó_Sé Quill",
    ),
    (
        "João Beatriz Thiago Luíza Conceição Márcio Renata Caio Inês Davi Letícia Otávio",
        "Figueiredo Magalhães Araújo Teixeira Nogueira Brandão Sampaio Leitão Guimarães Paiva",
    ),
    (
        "Leila Omar Yasmin Karim Salma Tariq Nadia Hassan Rania Bilal Dina Samir",
        "Haddad Mansour Khoury Farouk Nasser Darwish Sabbagh Rahmani Zaki Barakat",
    ),
)

_STEMS: Final = (
    "Thorn Calder Wick Hazel Brant Marl Elm Fenn Garr Hollin Isk Jarrow Kest Lorn Morr Nether "
    "Oaken Pell Quarn Rusk Selk Tarn Umber Vale Wend Yarr Zell Alder Birk Corv Drum Esk Farn "
    "Grim Harl Ingle Keld Lang Mere Norr Orm Penn Rav Skell Torv Ulver Vint Wharr Aster Bracken"
)
_ENDINGS: Final = (
    "wick mere ford brook gate holm stead by combe dale field fell garth haven hurst leigh mark "
    "more ness rigg shaw thorpe vane ward worth bourne beck cliffe don lund"
)
STEMS: Final = tuple(_STEMS.split(" "))
ENDINGS: Final = tuple(_ENDINGS.split(" "))
TRADES: Final[dict[str, tuple[str, ...]]] = {
    "Manufacturing": ("Castings", "Precision", "Components", "Fabrication", "Mouldings"),
    "Utilities": ("Energy", "Water", "Power Networks", "Grid Services"),
    "Transportation": ("Rail", "Freight", "Haulage", "Ports", "Air Services"),
    "Retail": ("Stores", "Home", "Grocers", "Outfitters"),
    "Healthcare": ("Care", "Clinics", "Diagnostics", "Pharma Supply"),
    "Banking": ("Mutual", "Savings", "Finance", "Trust"),
    "Insurance": ("Assurance", "Underwriting", "Cover"),
    "Construction": ("Build", "Civils", "Estates", "Surveying"),
    "Food & Beverage": ("Foods", "Dairies", "Brewing", "Mills"),
    "Engineering": ("Engineering", "Dynamics", "Instruments", "Marine"),
}
INDUSTRIES: Final = tuple(TRADES)

PLACES: Final = (
    ("United Kingdom", ("London", "Leeds", "Bristol", "Glasgow", "Cardiff", "Belfast")),
    ("Ireland", ("Dublin", "Cork")),
    ("Germany", ("Hamburg", "Stuttgart", "Leipzig")),
    ("France", ("Lyon", "Lille")),
    ("Netherlands", ("Rotterdam", "Eindhoven")),
    ("Sweden", ("Gothenburg", "Malmö")),
    ("United States", ("Chicago", "Boston", "Denver")),
)

UNITS: Final = (
    "Group Finance",
    "Operations North",
    "Operations South",
    "Digital",
    "Supply Chain",
    "Customer Service",
    "Engineering",
    "International",
    "Shared Services",
)


FOLDED: Final = str.maketrans("łŁøØı", "lLoOi")


def person(rng: Random) -> tuple[str, str]:
    """A given and a family name, mostly of one language, as in an international company."""
    given, family = rng.choice(PEOPLE)
    return rng.choice(given.split()), rng.choice(_families(family))


def _families(text: str) -> list[str]:
    return [name.replace("_", " ") for name in text.split()]


def company(number: int, *, seed: int, industry: str) -> str:
    """A company name that no other `number` below 45,000 has within one industry and seed."""
    trades = TRADES[industry]
    total = len(STEMS) * len(ENDINGS)
    place = (number * 787 + seed * 131) % total
    lap = number // total
    stem, ending = STEMS[place // len(ENDINGS)], ENDINGS[place % len(ENDINGS)]
    trade = trades[(number + lap) % len(trades)]
    name = f"{stem}{ending} {trade}"
    return name if lap == 0 else f"{name} {_ordinal_place(lap)}"


def _ordinal_place(lap: int) -> str:
    return f"{STEMS[lap % len(STEMS)]}{ENDINGS[(lap * 7) % len(ENDINGS)]}".title()


def ascii_slug(text: str) -> str:
    """`text` as the local part of an address or a host label: ASCII letters and digits only."""
    folded = text.translate(FOLDED)
    folded = folded.replace("ß", "ss").replace("æ", "ae").replace("Æ", "Ae")
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return "".join(char for char in plain.lower() if char.isalnum())
