"""The municipalities of Denmark: their codes and names, and how files write them."""

from workshops.folding import fold_search

# As the national register writes them (98 municipalities, Christiansø, and what lies outside).
NAMES = {
    "101": "Københavns Kommune",
    "147": "Frederiksberg Kommune",
    "151": "Ballerup Kommune",
    "153": "Brøndby Kommune",
    "155": "Dragør Kommune",
    "157": "Gentofte Kommune",
    "159": "Gladsaxe Kommune",
    "161": "Glostrup Kommune",
    "163": "Herlev Kommune",
    "165": "Albertslund Kommune",
    "167": "Hvidovre Kommune",
    "169": "Høje-Taastrup Kommune",
    "173": "Lyngby-Taarbæk Kommune",
    "175": "Rødovre Kommune",
    "183": "Ishøj Kommune",
    "185": "Tårnby Kommune",
    "187": "Vallensbæk Kommune",
    "190": "Furesø Kommune",
    "201": "Allerød Kommune",
    "210": "Fredensborg Kommune",
    "217": "Helsingør Kommune",
    "219": "Hillerød Kommune",
    "223": "Hørsholm Kommune",
    "230": "Rudersdal Kommune",
    "240": "Egedal Kommune",
    "250": "Frederikssund Kommune",
    "253": "Greve Kommune",
    "259": "Køge Kommune",
    "260": "Halsnæs Kommune",
    "265": "Roskilde Kommune",
    "269": "Solrød Kommune",
    "270": "Gribskov Kommune",
    "306": "Odsherred Kommune",
    "316": "Holbæk Kommune",
    "320": "Faxe Kommune",
    "326": "Kalundborg Kommune",
    "329": "Ringsted Kommune",
    "330": "Slagelse Kommune",
    "336": "Stevns Kommune",
    "340": "Sorø Kommune",
    "350": "Lejre Kommune",
    "360": "Lolland Kommune",
    "370": "Næstved Kommune",
    "376": "Guldborgsund Kommune",
    "390": "Vordingborg Kommune",
    "400": "Bornholms Regionskommune",
    "410": "Middelfart Kommune",
    "411": "Christiansø",
    "420": "Assens Kommune",
    "430": "Faaborg-Midtfyn Kommune",
    "440": "Kerteminde Kommune",
    "450": "Nyborg Kommune",
    "461": "Odense Kommune",
    "479": "Svendborg Kommune",
    "480": "Nordfyns Kommune",
    "482": "Langeland Kommune",
    "492": "Ærø Kommune",
    "510": "Haderslev Kommune",
    "530": "Billund Kommune",
    "540": "Sønderborg Kommune",
    "550": "Tønder Kommune",
    "561": "Esbjerg Kommune",
    "563": "Fanø Kommune",
    "573": "Varde Kommune",
    "575": "Vejen Kommune",
    "580": "Aabenraa Kommune",
    "607": "Fredericia Kommune",
    "615": "Horsens Kommune",
    "621": "Kolding Kommune",
    "630": "Vejle Kommune",
    "657": "Herning Kommune",
    "661": "Holstebro Kommune",
    "665": "Lemvig Kommune",
    "671": "Struer Kommune",
    "706": "Syddjurs Kommune",
    "707": "Norddjurs Kommune",
    "710": "Favrskov Kommune",
    "727": "Odder Kommune",
    "730": "Randers Kommune",
    "740": "Silkeborg Kommune",
    "741": "Samsø Kommune",
    "746": "Skanderborg Kommune",
    "751": "Aarhus Kommune",
    "756": "Ikast-Brande Kommune",
    "760": "Ringkøbing-Skjern Kommune",
    "766": "Hedensted Kommune",
    "773": "Morsø Kommune",
    "779": "Skive Kommune",
    "787": "Thisted Kommune",
    "791": "Viborg Kommune",
    "810": "Brønderslev Kommune",
    "813": "Frederikshavn Kommune",
    "820": "Vesthimmerlands Kommune",
    "825": "Læsø Kommune",
    "840": "Rebild Kommune",
    "846": "Mariagerfjord Kommune",
    "849": "Jammerbugt Kommune",
    "851": "Aalborg Kommune",
    "860": "Hjørring Kommune",
    "970": "Uden for kommunal inddeling (Færøerne og Grønland)",
}
_ENDINGS = (" kommune", " regionskommune")


def _stem(name: str) -> str:
    folded = fold_search(name)
    for ending in _ENDINGS:
        folded = folded.removesuffix(ending)
    return folded


def _spellings() -> dict[str, str]:
    """Every way to write a name, folded: with or without the genitive s."""
    found: dict[str, str] = {}
    for code, name in NAMES.items():
        stem = _stem(name)
        for spelling in (stem, f"{stem}s", stem.removesuffix("s")):
            found.setdefault(spelling, code)
    found["uden for kommunal inddeling"] = "970"
    return found | {_stem(name): code for code, name in NAMES.items()}


_CODES = _spellings()


def code_of(text: str) -> str | None:
    """Return the three digits for a code ("101", "0101") or a name, or None when it is unknown.

    Names may come with or without "Kommune" and its genitive s: "Københavns Kommune", "Assens
    Kommune", "København".
    """
    if text.isascii() and text.isdigit():
        code = text.removeprefix("0") if len(text) == 4 else text
        return code if code in NAMES else None
    return _CODES.get(_stem(text))
