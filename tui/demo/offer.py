"""What the example group's six producers offer: sixty products sold whole, in decimals and by weight."""

from __future__ import annotations

from dataclasses import dataclass

PLACE = "Salle des fêtes, Treillières"


@dataclass(frozen=True, slots=True)
class Offered:
    """One product of the example: `price` and `cost` in cents, quantities and stock in thousandths of the unit."""

    reference: str
    name: str
    unit: str
    base_quantity: int
    price: int
    sold: str = "whole"
    estimated_weight: int | None = None
    stock_kind: str = "none"
    stock: int | None = None

    @property
    def cost(self) -> int:
        """What the producer is paid: the group keeps five per cent."""
        return round(self.price * 0.95)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One producer's catalogue: when it closes, and which products it has."""

    name: str
    producer: str
    phone: str
    email: str
    closes_days_before: int
    closes_at: str
    products: tuple[Offered, ...]


def _kilo(reference: str, name: str, price: int, stock: int | None = None) -> Offered:
    kind = "none" if stock is None else "distribution"
    return Offered(reference, name, "kg", 1000, price, "decimal", stock_kind=kind, stock=stock)


def _piece(reference: str, name: str, price: int, count: int = 1, stock: int | None = None) -> Offered:
    kind = "none" if stock is None else "distribution"
    return Offered(reference, name, "piece", count * 1000, price, stock_kind=kind, stock=stock)


def _pack(reference: str, name: str, unit: str, size: int, price: int) -> Offered:
    return Offered(reference, name, unit, size * 1000, price)


def _weighed(reference: str, name: str, price: int, weight: int) -> Offered:
    return Offered(reference, name, "kg", 1000, price, "weighed", estimated_weight=weight)


VEGETABLES = (
    _kilo("TOMCB", "Tomates cœur de bœuf", 390),
    _kilo("TOMC", "Tomates cerises", 620, stock=30_000),
    _kilo("CAR", "Carottes", 210),
    _piece("CARB", "Carottes nouvelles, la botte", 230),
    _kilo("PDTN", "Pommes de terre Nicola", 190),
    _kilo("PDTR", "Pommes de terre rattes", 280),
    _kilo("OIGJ", "Oignons jaunes", 220),
    _kilo("OIGR", "Oignons rosés", 290),
    _kilo("POI", "Poireaux", 270),
    _kilo("EPI", "Épinards", 450),
    _kilo("COU", "Courgettes", 260),
    _kilo("BET", "Betteraves cuites", 340),
    _piece("SALB", "Salade batavia", 120),
    _piece("SALC", "Salade feuille de chêne", 120),
    _piece("CHOU", "Chou pointu", 240),
    _piece("RADB", "Radis roses, la botte", 160),
    _piece("POTM", "Potimarron", 350, stock=25_000),
    _kilo("AIL", "Ail rose", 980),
    _piece("PERS", "Persil plat, le bouquet", 110),
)
FARM = (
    _piece("OEUF6", "Œufs plein air", 240, count=6),
    _piece("OEUF12", "Œufs plein air, la douzaine", 450, count=12),
    _pack("LAIT", "Lait cru entier", "l", 1, 135),
    _pack("YNAT", "Yaourt nature", "g", 125, 65),
    _pack("YVAN", "Yaourt à la vanille", "g", 125, 75),
    _pack("BEUD", "Beurre doux", "g", 250, 320),
    _pack("BEUS", "Beurre demi-sel", "g", 250, 330),
    _pack("CREM", "Crème crue", "cl", 25, 290),
    _pack("RIZL", "Riz au lait", "g", 400, 410),
    _pack("MIEL", "Miel de printemps", "g", 500, 790),
    _piece("7HER", "Tisane 7 herbes", 480),
)
MILL = (
    _pack("FT65", "Farine T65 blé", "kg", 1, 185),
    _pack("FT80", "Farine T80 blé", "kg", 1, 215),
    _pack("FEPE", "Farine petit épeautre", "kg", 1, 340),
    _pack("FSAR", "Farine de sarrasin", "g", 500, 290),
    _pack("5CER", "Farine 5 céréales", "kg", 1, 260),
    _piece("PCAM", "Pain de campagne 1 kg", 520),
    _piece("PSEI", "Pain de seigle 500 g", 380),
    _piece("P5CE", "Pain 5 céréales 500 g", 360),
    _piece("BRIO", "Brioche au beurre", 590, stock=20_000),
    _pack("LENV", "Lentilles vertes", "g", 500, 310),
)
POULTRY = (
    _weighed("POUL", "Poulet fermier", 1250, 1800),
    _weighed("PINT", "Pintade fermière", 1480, 1500),
    _weighed("CANM", "Magret de canard", 2350, 380),
    _weighed("CUIP", "Cuisses de poulet", 1190, 600),
    _weighed("ROTD", "Rôti de dinde", 1690, 900),
    _pack("RILP", "Rillettes de poulet", "g", 180, 560),
    _pack("TERC", "Terrine de canard", "g", 180, 620),
)
CHEESE = (
    _weighed("TOMV", "Tomme de vache", 1890, 300),
    _weighed("COMT", "Pâte pressée, 12 mois", 2290, 300),
    _weighed("BLEU", "Bleu du Gué", 1980, 250),
    _piece("CHEF", "Chèvre frais", 310),
    _piece("CHES", "Chèvre sec", 360),
    _piece("CHEC", "Chèvre cendré", 380),
    _pack("FROB", "Fromage blanc", "g", 500, 340),
)
ORCHARD = (
    _kilo("POMR", "Pommes Reinette", 280),
    _kilo("POMC", "Pommes Chanteclerc", 260),
    _kilo("POIC", "Poires Conférence", 320),
    _pack("JUSP", "Jus de pomme", "l", 1, 310),
    _pack("CIDR", "Cidre brut", "cl", 75, 380),
    _pack("COMP", "Compote pomme-coing", "g", 600, 450),
)

CATALOGUES = (
    Catalogue("Légumes du Gué", "Jardins du Gué", "02 61 91 10 10", "jardins@exemple.fr", 2, "20:00", VEGETABLES),
    Catalogue("Ferme du Gué", "Ferme du Gué", "02 61 91 10 11", "ferme@exemple.fr", 2, "20:00", FARM),
    Catalogue("Moulin d'Ancenis", "Moulin d'Ancenis", "02 61 91 10 12", "moulin@exemple.fr", 2, "12:00", MILL),
    Catalogue("Volailles Rigaud", "Volailles Rigaud", "02 61 91 10 13", "rigaud@exemple.fr", 10, "20:00", POULTRY),
    Catalogue("Fromages Daniel", "Fromages Daniel", "02 61 91 10 14", "fromages@exemple.fr", 1, "12:00", CHEESE),
    Catalogue("Vergers & Co", "Vergers & Co", "02 61 91 10 15", "vergers@exemple.fr", 1, "20:00", ORCHARD),
)
"""The poultry closes ten days before, so that in the example it is always closed already."""
