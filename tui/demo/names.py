"""What the example group's people are made of. All invented: put together by chance from these lists."""

from __future__ import annotations

FIRST_NAMES_FR = (
    "Adèle Agnès Alain Aline Anaïs André Anne-Lise Antoine Armelle Aurélien Bastien Béatrice Benoît Bérénice Bruno "
    "Camille Cécile Chloé Clément Colette Corentin Cyril Damien Delphine Denis Édith Élodie Émile Erwan Estelle "
    "Fabrice Fanny Firmin Florence Gaël Geneviève Gildas Gwenaëlle Hervé Hortense Inès Jean-Yves Joël Josiane Judith "
    "Katell Léonie Loïc Lucie Ludivine Maëlle Marceline Mathilde Maxime Mireille Morgane Nadège Noël Océane Olivier "
    "Ondine Pascale Patrice Prune Quentin Rémi Rozenn Sabine Séverine Solène Sylvain Tanguy Thérèse Timothée Ulysse "
    "Valentine Véronique Victor Xavier Yann Yolande Zélie"
).split()

LAST_NAMES_FR = (
    "Abgrall Aubert Aubry Barreteau Baudouin Bellanger Bénéteau Besnard Blanchet Boisseau Bonnin Boucard Bouhier "
    "Bourdin Brasseur Bretécher Briand Cadiou Chaillou Charrier Chesneau Clouet Cœurderoy Coignard Cormerais Cosson "
    "Couëdel Crespin Davoust Delaunay Desmarais Douillard Drouet Dubreuil Fouché Fresneau Gaborit Garnier Gautreau "
    "Gicquel Gouraud Grelier Guilbaud Guitton Hardy Hervouet Houssais Jarnoux Joubert Kerboriou Kervella Lebœuf "
    "Leduc L'Helgouac'h Lemasson Leroux Lhériau Libeau Loiret Maisonneuve Maugars Ménard Moisan Moreau Mouchel Naud "
    "Nicol Orhant Padiou Papin Pasquereau Pellerin Perraud Pichon Pineau Plissonneau Poirier Praud Quéméneur Rabiller "
    "Renaudin Ricordel Rouxel Saupin Sicard Sorin Tessier Thébaud Tougeron Trémaudan Urvoy Vasseur Verger Viaud "
    "Vrignaud Yvernogeau"
).split()

FIRST_NAMES_IT = (
    "Adele Agnese Alessia Ambra Anita Bianca Carlotta Cesare Chiara Cosimo Dario Dino Edoardo Elisa Emanuele Enza "
    "Fabio Federica Flavio Gaia Giacomo Gianluca Ginevra Giulia Ilaria Ivo Lidia Livia Lorenzo Manlio Mariella Marzia "
    "Matteo Niccolò Noemi Oreste Pietro Raffaella Renzo Rosalba Ruggero Serena Silvio Tiziana Ugo Valeria Vito Zeno"
).split()

LAST_NAMES_IT = (
    "Abbate|Agnelli|Balestra|Barbieri|Bassi|Bellini|Bertolucci|Bianchi|Boschi|Caruso|Castellani|Cattaneo|Colombo|"
    "D'Àngelo|Dalla Costa|De Santis|Fabbri|Falcone|Farina|Ferrari|Fontana|Galli|Gentile|Giordano|Grasso|Lombardo|"
    "Lo Presti|Mancini|Marchetti|Martinelli|Mazza|Monti|Morelli|Neri|Olivieri|Pagano|Palmieri|Parisi|Pellegrini|Riva|"
    "Rizzo|Sala|Santoro|Serra|Testa|Valenti|Villa|Zanetti"
).split("|")

STREETS = (
    "rue des Mésanges",
    "rue du Rouge-Gorge",
    "allée des Hirondelles",
    "impasse de la Huppe",
    "chemin du Loriot",
    "rue de la Grive",
    "place du Pinson",
    "route du Héron",
    "rue du Martin-Pêcheur",
    "allée des Chouettes",
    "chemin de la Fauvette",
    "rue du Bouvreuil",
)

PLACES = (
    ("44119", "Treillières", 12),
    ("44119", "Grandchamp-des-Fontaines", 4),
    ("44240", "La Chapelle-sur-Erdre", 4),
    ("44700", "Orvault", 3),
    ("44360", "Vigneux-de-Bretagne", 2),
    ("44390", "Nort-sur-Erdre", 1),
    ("44880", "Sautron", 1),
)
"""Postal code, town and how many households live there, in parts."""

TAGS = (("panier", 60), ("covoiturage", 24), ("bureau", 7), ("atelier cuisine", 18), ("livraison", 9))
"""Tags and about how many of 240 households carry them."""

NOTES = (
    "Téléphoner après 18 h.",
    "Préfère qu'on laisse le panier au voisin.",
    "Allergie aux noix dans la famille.",
    "Vient à vélo : pas de grosses caisses.",
    "Aide à la distribution une fois par mois.",
)
