"""What columns are called in files of no known system: header keys (see `tables.header_key`) in four languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MEMBERS = {
    "name": """nomprenom nometprenom prenomnom prenometnom nomcomplet nomsprenoms name fullname membername member
        adherent adherente adherents membre membres famille foyer cognomenome nomecognome nominativo socio nameetvorname
        nameundvorname namevorname vornamename vornameundname mitglied household contact
        client clients nomclient nomduclient customer customername cliente clienti kunde""",
    "first_name": "prenom prenoms firstname givenname forename nome vorname prenom1 firstname1 nome1 vorname1",
    "last_name": """nom nomdefamille noms lastname surname familyname cognome nachname familienname nom1 lastname1
        cognome1 nachname1""",
    "email": """email emails mail mails mel courriel courriels adressemail adresseemail adressecourriel emailaddress
        adresseelectronique adressemel posta postaelettronica indirizzoemail indirizzomail emailadresse mailadresse
        email1 mail1 courriel1""",
    "phone": """tel telephone telephones phone phonenumber numerodetelephone ntel ntelephone notel telephonefixe telfixe
        fixe landline telefono telefonofisso fisso telefon telefonnummer festnetz tel1 telephone1 phone1 telefono1""",
    "mobile": """mobile mobiles portable portables telephoneportable telportable telephonemobile telmobile gsm
        mobilephone cell cellphone cellulare telefonocellulare handy handynummer mobil mobiltelefon natel""",
    "name2": "conjoint conjointe partenaire partner coniuge spouse",
    "first_name2": """prenom2 firstname2 nome2 vorname2 prenomconjoint prenomduconjoint prenompartenaire
        prenomdupartenaire partnerfirstname""",
    "last_name2": """nom2 lastname2 cognome2 nachname2 nomconjoint nomduconjoint nompartenaire nomdupartenaire
        partnerlastname""",
    "email2": "email2 mail2 courriel2 emailconjoint emailduconjoint emailpartenaire mailconjoint partneremail",
    "phone2": """tel2 telephone2 phone2 telefono2 telefon2 telephoneconjoint telephoneduconjoint telephonepartenaire
        telconjoint partnerphone""",
    "mobile2": "mobile2 portable2 cellulare2 handy2 telephoneportableconjoint portableconjoint",
    "address": "adressecomplete adressepostale fulladdress billingaddress adressedefacturation indirizzocompleto",
    "address1": "adresse adresse1 address address1 rue street streetaddress indirizzo via strasse anschrift",
    "address2": "adresse2 address2 complement complementdadresse complementadresse indirizzo2 adresszusatz",
    "postal_code": "codepostal cp postalcode postcode zip zipcode cap codicepostale plz postleitzahl npa addrzipcode",
    "city": "ville commune localite city town citta comune localita ort stadt wohnort addrlocation",
    "country": "pays country paese land",
    "language": "langue language lingua sprache",
    "pickup_place": "lieu lieuderetrait pointderetrait lieudedistribution pickup pickupplace place luogo depot",
    "joined_on": """joinedon dateadhesion datedadhesion adhesion datedinscription dateinscription inscritle membresince
        joined memberssince membersince datadiscrizione iscrizione beitritt eintrittsdatum mitgliedseit depuis""",
    "vip": "vip etoile star",
    "tags": "tags etiquettes etiquette groupe groupes group groups categorie gruppo gruppi gruppe etichette",
    "notes": """notes note remarque remarques commentaire commentaires observation observations comment comments remark
        remarks divers osservazioni commenti bemerkung bemerkungen notiz notizen anmerkung""",
}

_PRODUCTS = {
    "name": """nom nomduproduit produit designation libelle article name product productname prodotto nomeprodotto nome
        articolo produkt artikel produktname bezeichnung""",
    "reference": "reference ref referenceunique codeproduit code sku riferimento codice referenz artikelnummer",
    "price": """prix prixttc prixunitaire prixttcunitaire price unitprice pricettc prezzo prezzounitario preis
        einzelpreis verkaufspreis""",
    "unit": "unite unit unita einheit unitedevente",
    "base_quantity": """quantite qt contenance poids conditionnement quantity packsize size quantita contenuto menge
        inhalt""",
    "catalogue": "catalogue contrat catalog catalogname contract catalogo katalog",
    "producer": "producteur fournisseur vendeur producer supplier vendor vendorname produttore fornitore lieferant",
    "cost": "cout prixachat prixdachat cost costprice purchaseprice prixht priceht costo prezzodacquisto einkaufspreis",
    "stock": "stock stocks instock giacenza scorta bestand lagerbestand",
    "weighed": "prixvariableselonpesee variableprice apeser pesee weighed apesare gewogen",
    "decimal": "vrac bulk quantitesavirgule qtavirgule floatqt sfuso lose",
    "active": "actif active disponible available attivo disponibile aktiv verfugbar",
}

_ORDERS = {
    "member": """nom membre adherent client acheteur nomacheteur name username member membername customer customername
        buyer socio cliente nome mitglied kunde""",
    "member_id": "userid memberid idmembre numeroadherent idadherent idsocio mitgliedsnummer",
    "email": "email mail courriel emailacheteur useremail customeremail",
    "phone": "tel telephone phone telacheteur userphone telefono telefon",
    "product": "produit productname product article nomduproduit designation prodotto produkt artikel",
    "reference": "reference ref referenceproduit sku riferimento codice referenz artikelnummer",
    "quantity": "quantite qte quantity qty qt quantita menge anzahl",
    "price": "prix prixttc prixunitaire price unitprice prezzo preis einzelpreis",
    "catalogue": "catalogname catalogue contrat catalog contractname catalogo katalog",
    "producer": "producteur fournisseur vendeur vendorname producer supplier produttore lieferant",
    "date": "date datedecommande orderdate data datum bestelldatum",
}

_PEOPLE_OF_MESSAGES = ("first_name", "last_name", "email", "phone", "mobile")

_MESSAGES = {
    **{field: _MEMBERS[field] for field in _PEOPLE_OF_MESSAGES},
    "name": f"{_MEMBERS['name']} destinataire recipient destinatario",
    "member_id": f"{_ORDERS['member_id']} id member",
    "date": """date dateenvoi datedenvoi envoyele envoye sentdate sentat senton sendate datesent day jour data
        datainvio datadiinvio inviatoil inviata giorno datum""",
    "label": """label libelle intitule title titre titolo etichetta mailing campagne campaign campaignname
        nomdelacampagne campagna newsletter lettre lettera nomdumailing envoi""",
    "subject": "subject subjectline objet objetdumail sujet oggetto betreff",
    "source": "source outil systeme system tool origine origin sistema strumento",
    "closes_on": """closeson closes closedon closingdate closing enddate until countsuntil cloture datedecloture
        datecloture fermeture datedefermeture finle datefin datedefin jusquau chiusura datachiusura datadichiusura
        chiudeil fine datafine""",
    "recipients": """recipients destinataires listedesdestinataires destinatari sentto envoyea inviatoa addresses
        adresses indirizzi people personnes persone""",
    "currency": "currency devise monnaie valuta moneta wahrung",
    "total": "total members membres soci totalmembers totalmembres totaladherents totalesoci effectif",
    "selected": """selected selection selectionnes selectionne cibles cible ciblage targeted selezionati selezionate
        audience nbdestinataires nombrededestinataires nrecipients recipientcount numerodestinatari""",
    "with_email": "withemail avecemail avecmail aveccourriel conemail nbemails emailcount nombredemails",
    "with_mobile": "withmobile avecmobile avecportable concellulare nbmobiles mobilecount nombredemobiles",
    "sent": """sent mailssent envoyes mailsenvoyes emailsenvoyes envois delivered delivres inviati inviate spediti
        nbenvoyes""",
    "failed": "failed mailsfailed failures echecs echec enechec erreurs errors falliti errori nondelivres",
    "bounced": "bounced bounces mailsbounced rebonds rebond retournes respinti rimbalzati rimbalzi",
    "opened": "opened opens opencount ouverts ouvertures ouverture aperti aperture uniqueopens",
    "clicked": "clicked clicks clickcount clics cliques clic cliccati uniqueclicks",
    "opted_out": """optedout optouts optout unsubscribed unsubscribes unsubscriptions desinscrits desinscriptions
        desabonnes desabonnements disiscritti disiscrizioni cancellati""",
    "came_back": "cameback sontrevenus acheteurs buyers tornati ritornati acquirenti",
    "orders": "orders ordercount commandes nbcommandes nombredecommandes ordini numeroordini",
    "turnover": """turnover revenue sales ca cattc caht chiffredaffaires chiffreaffaires ventes fatturato vendite
        ricavi""",
    "quantity": "quantity quantite quantites qte qt quantita",
    "margin": "margin marge margebrute grossmargin margine",
    "vouchers": "vouchers vouchercount bons bonsdachat nbbons nombredebons buoni buonisconto numerobuoni",
    "voucher_sum": """vouchersum voucheramount vouchertotal montantbons montantdesbons totalbons totaldesbons
        importobuoni totalebuoni""",
}
_SUMS = ("turnover", "margin", "voucher_sum")


def _with_currency(names: Mapping[str, str]) -> dict[str, str]:
    """The names of sums as they are where the heading says in what: "CA (€)" is there already, "CA EUR" is not."""
    return {
        field: " ".join(f"{key}{end}" for key in keys.split() for end in ("", "eur", "euro", "euros", "chf"))
        if field in _SUMS
        else keys
        for field, keys in names.items()
    }


def _by_key(names: Mapping[str, str]) -> dict[str, str]:
    return {key: field for field, keys in names.items() for key in keys.split()}


SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "members": _by_key(_MEMBERS),
    "products": _by_key(_PRODUCTS),
    "orders": _by_key(_ORDERS),
    "messages": _by_key(_with_currency(_MESSAGES)),
}
"""By kind of file and header key, the field of `mappings.FIELDS`."""

CELLS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"\S@\S+\.\w")),
    ("phone", re.compile(r"(?:^|[^\d])(?:0|\+|00)[\d .\-/()]{8,16}\d(?:\D|$)")),
    ("address", re.compile(r"\d.*[^\W\d_]{3}.*\b\d{5}\b", re.DOTALL)),
)
"""What cells of a column without a telling name look like."""
