"""What the store refuses about operators, their rights and roles, in words; `screens.errors` takes them in."""

from __future__ import annotations

from templates.words import N_

OPERATOR_INVALID: dict[tuple[str, str], str] = {
    ("role", "orders"): N_("Producers take orders: this right stays with their role."),
    ("role", "limited"): N_(
        "{value} may take orders of named catalogues only, by this role. Give them other rights first."
    ),
    ("role", "in_use"): N_("Somebody has the role “{value}”. Give them another one first."),
    ("role", "no_orders"): N_("Who has the role “{value}” takes no orders: leave the catalogues out."),
    ("role", "too_long"): N_("The role's name is too long ({value} characters): 40 are allowed."),
    ("role", "unprintable"): N_("The role's name holds a character that cannot be shown."),
    ("right", "unknown"): N_("There is no right “{value}”: cabas operator rights --help lists them."),
    ("right", "not_had"): N_("The right {value} cannot be taken: it was not given so."),
    ("right", "everywhere"): N_("The right {value} holds for the whole group: leave the catalogue out."),
    ("right", "last"): N_("Nobody else has the right {value}: give it to somebody else first."),
    ("login", "taken"): N_("The login “{value}” is taken."),
    ("login", "gone"): N_("“{value}” is the login of somebody who was removed. Bring them back, or choose another."),
    ("login", "former"): N_("“{value}” was somebody else's, whose key may still be there. Choose another login."),
    ("login", "syntax"): N_(
        "“{value}” is no login: up to 64 letters without accents, digits and . _ - @, beginning with a letter or digit."
    ),
    ("login", "last"): N_(
        "Nobody else may change operators: “{value}” would be locked out until the key is made anew. "
        "Give somebody else the right admin first."
    ),
    ("operator", "gone"): N_("{value} was removed. Bring them back first."),
    ("operator", "not_gone"): N_("{value} uses cabas already."),
    ("member", "gone"): N_("{value} was merged into another member, or erased. Choose another member."),
}
