"""Whether a line asks for no more mails, in French, English or Italian.

A person decides about each: to propose one too many costs a key, to miss one leaves somebody with mails that they do
not want. So much is taken for a STOP; not so what is about an order, or says that mails did not arrive.
"""

from __future__ import annotations

import re

from store.folding import folded_words


def _one_of(*words: str) -> str:
    """A pattern of folded words; `*` stands for whatever a word goes on with, `_` for a space."""
    found = (word.replace("*", r"\w*").replace("_", " ") for line in words for word in line.split())
    return rf"\b(?:{'|'.join(found)})\b"


_STOPS = frozenset(
    """stop stopper stoppez arret arreter arretez remove cancella cancellate cancellare cancellazione elimina eliminate
    rimuovere rimozione basta""".split()
)
_FILLERS = frozenset(
    # What may stand beside it in a line that says nothing else.
    """svp stp s v p il vous te plait plais merci de d me m moi mi je veux voudrais souhaite demande a la les des du le
    l vos ces ce cette tous toutes tout mon ma mes adresse email e mail mails mel courriel courriels message messages
    liste lettre newsletter envoi envois diffusion please thanks thank you i want to would like my the this these all
    from your list mailing address emails per favore cortesia grazie prego vi di da dalla dal lista i lo miei mio mia
    vostri vostra vostre le messaggi posta indirizzo aux voglio vorrei chiedo immediatement subito now""".split()
)
_GREETING = frozenset(
    """bonjour bonsoir salut hello hi hey dear ciao buongiorno buonasera buondi salve coucou cher chere chers cheres
    gentile gentili gentilissimo gentilissima gentilissimi egregio egregi spett caro cara cari madame monsieur mesdames
    messieurs mme signora signore signori""".split()
)
_CLOSING = frozenset("cordialement bien amicalement bonne cdlt thanks regards grazie saluti cordiali".split())
_ANSWERED = frozenset({"re", "ref", "rif", "r", "rep", "tr", "fwd", "fw", "aw"})
_MOST_WORDS, _MOST_IN_SENTENCE, _MOST_GREETING = 12, 25, 12
_CLAUSE = re.compile(r"\s[-–—]\s|[,;:.!…]+(?:\s|$)")

_MAILS = _one_of(
    "mail mails e_mail e_mails email emails message messages courriel courriels newsletter newsletters lettre lettres",
    "envoi envois mailing mailings pub pubs publicite publicites sms messaggi messaggio comunicazioni posta invii",
)
_NEWS = _one_of("info infos information informations informazioni nouvelles news annonces notizie")
_SEND = _one_of(
    "envoy* ecri* sollicit* contact* recevoir importun* derang* harcel* relanc* send* emailing writ*",
    "receiv* bother* spam* mand* invi* scriv* spedi* ricever* contatt* disturb*",
)
_OUT = _one_of(
    "retir* supprim* enlev* rayer rayez effac* oter otez sortir sortez radi* remov* take taken delet* drop togli*",
    "leva* cancell* rimuov* rimoss* elimin*",
)
_LIST = _one_of(
    "liste listes list lists lista diffusion newsletter* lettre mailing abonne abonnes contacts destinataires fichier",
    "fichiers base carnet repertoire database contatti destinatari elenco rubrica",
)
_BETWEEN = _one_of(
    "moi me mi nous us de la le les l des du d vos votre cette ces toutes tous mon mes nom prenom adresse mail e email",
    "svp the your this these all any my name address off from out da dal dalla dalle dai vostra vostro vostre il lo i",
    "mio mia nome indirizzo questa tutte",
)
_MINE = _one_of("adresse mon_mail mon_e_mail mon_email my_mail my_e_mail my_email my_address indirizzo mia_mail")
_NOT_ARRIVED = re.compile(
    _one_of(
        "pu peux peut peuvent cannot cant couldnt",
        "recois recoit recevons recu recus recue recues did didn havent arriv* ricevo riceviamo ricevut*",
    )
)
_ORDERS = re.compile(
    _one_of(
        "commande commandes panier paniers livraison livraisons distribution distributions order orders basket",
        "delivery ordine ordini ordinazione cassetta cassette cesta cesto consegna consegne rendez appuntamento",
    )
)
_ASKED = re.compile(
    # "Unsubscribe", as it is or misspelt; "take me off"; "leave me alone"; "not interested any longer".
    _one_of(
        "desab* desinsc* desinc* dessinscri* unsub* disiscri* disinscri* opt_out opting_out opted_out optout",
        "take_me_off take_us_off get_me_off keep_me_out leave_me_out leave_me_alone leave_us_alone",
        "laissez_moi_tranquille laissez_nous_tranquilles lasciatemi_in_pace plus_interess* piu_interess*",
        "longer_interest* not_interest* pas_interess* plus_partie piu_parte disdetta cancellarmi cancellatemi",
        "cancellate_mi cancellami rimuovermi rimuovetemi rimuovimi eliminatemi",
    )
    # "Retirez-moi de la liste", "toglietemi dal vostro elenco", "quitter la liste"; "enlevez-moi svp".
    + rf"|{_OUT}(?: {_BETWEEN})* (?:{_LIST}|{_MINE})"
    + rf"|{_one_of('quitt* leave lasci*')}(?: {_BETWEEN})* {_LIST}"
    + rf"|{_OUT} (?:moi|nous|me|us)\b(?: (?:svp|please|merci|s il))*(?! \w)|\bme {_OUT}(?! \w)"
    + r"|\b(?:togli|toglier|togliete|levate|cavate)mi\b(?: (?:per favore|grazie))*(?! \w)"
)
# What is not wanted any more, where it is something else than mails: "plus de courgettes", "sending the bread".
_THE = "(?:de|d|des|du|le|la|les|l|un|une|the|any|more|some|of|di|il|lo|i|gli|vos|votre|ces|your|these|vostr[eia])"
_WANTED = "(?:rien|nulla|niente|anything|tout|grazie|merci|please|per|prego|vi|mi|me|a|ricevere|essere|svp|s)"
_OBJECT = re.compile(
    rf"(?:\b(?:plus|no more)\b|{_SEND})(?: (?:me|moi|nous|us|mi|ci))?(?: {_THE})+ "
    rf"(?!{_THE}\b|{_MAILS}|{_NEWS}|tout\b)\w"
    rf"|\bpiu (?!{_THE}\b|{_MAILS}|{_NEWS}|{_WANTED}\b)\w"
)
_ENOUGH = re.compile(
    # "Stop sending me emails", "arrêtez de m'envoyer des mails", "basta mail".
    r"(?<!\bpas )(?<!\bnot )(?<!\bnon )(?<!\bdont )"
    + _one_of("stop* arret* cesser cessez cessate cessare smett* basta enough assez quit")
    + rf".{{0,30}}(?:{_MAILS}|{_SEND}|{_NEWS})"
)
_NO_MORE = re.compile(
    # "Je ne veux plus recevoir vos messages", "non desidero più ricevere e-mail", "I no longer wish to get your mails".
    rf"\b(?:plus|piu|(?:longer|not|dont) (?:wish|want|like|need|desire|care))\b.{{0,30}}"
    rf"\b(?:recevoir|ricevere|receive|get)\b.{{0,30}}(?:{_MAILS}|{_NEWS})"
    # "Merci de ne plus m'écrire", "ne m'envoyez plus rien", "non scrivetemi più".
    rf"|\bne plus\b.{{0,25}}{_SEND}|\b(?:ne|n|non)\b.{{0,12}}{_SEND}.{{0,12}}\b(?:plus|piu)\b"
    # "Plus de mails svp", "no more emails please", "je ne veux plus de vos messages".
    rf"|\b(?:plus|piu|no more)(?: (?:de|d|vos|aucun|jamais|any|of|your))* {_MAILS}"
    # "Please don't write to me", "ne m'envoyez pas de mails".
    rf"|\b(?:dont|do not|never|please not)\b.{{0,12}}{_SEND}"
    rf"|\bne (?:pas .{{0,8}}{_SEND}|.{{0,8}}{_SEND} pas\b).{{0,12}}{_MAILS}"
)


def says_stop(line: str) -> bool:
    """Whether a line asks for no more mails. The subject of an answer is the group's own and says nothing."""
    words = folded_words(line)
    if not words or words[0] in _ANSWERED or len(words) > _MOST_IN_SENTENCE:
        return False
    if any(_only_stop(clause) for clause in _wholes(line)):
        return True
    sentence = " ".join(words).replace("don t", "dont")
    if _ORDERS.search(sentence) and not re.search(_MAILS, sentence):
        return False
    if _ASKED.search(sentence):
        return True
    if _OBJECT.search(sentence):
        return False
    return bool(_ENOUGH.search(sentence) or (_NO_MORE.search(sentence) and not _NOT_ARRIVED.search(sentence)))


def is_greeting(line: str) -> bool:
    """Whether a line is but a greeting: "Bonjour Marie", "Madame, Monsieur,", "Marie,"."""
    words = folded_words(line)
    if not words:
        return False
    if words[0] in _GREETING:
        return len(words) <= 4 or (len(words) <= _MOST_GREETING and line.rstrip().endswith((",", "!", ":")))
    return len(words) <= 3 and line.rstrip().endswith(",")


def _wholes(line: str) -> list[list[str]]:
    """What may be the whole of what is said, in words: the line, or what is left of it without politeness.

    "Stop. Cordialement, Odette"; "Bonjour Marie stop merci".
    """
    found = [folded_words(line)]
    if "?" not in line:
        clauses, closed = [], False
        for part in _CLAUSE.split(line):
            words = folded_words(part)
            closed = closed or not _CLOSING.isdisjoint(words[:1])
            if not closed and (_only_stop(words) or not _polite(words)):
                clauses.append(words)
        found += clauses if len(clauses) == 1 else []
    return found + [words[cut:] for words in found if words and words[0] in _GREETING for cut in (2, 3)]


def _polite(words: list[str]) -> bool:
    return len(words) < 2 or words[0] in _GREETING or set(words) <= _FILLERS | {"pas", "plus", "non"}


def _only_stop(words: list[str]) -> bool:
    """Whether they say STOP and nothing else but politeness."""
    rest = {word for word in words if word not in _STOPS}
    return 0 < len(words) <= _MOST_WORDS and len(rest) < len(set(words)) and rest <= _FILLERS | _GREETING
