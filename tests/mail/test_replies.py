"""Which answers are a STOP: by its token at once, by its words as a question; never by what is quoted."""

from __future__ import annotations

import pytest

from mail.incoming import parse
from mail.replies import Answer, Stop, StopWord, first_line, read_reply
from mail.stop_words import says_stop

TOKEN = "abcdefghij234567"
OURS = f"<{TOKEN}.12@exemple.fr>"
ODETTE = "odette.marechal@exemple.org"
FOOTER = f"> Pour ne plus recevoir ces messages, répondez STOP.\r\n> mailto:amap@exemple.fr?subject=STOP%20{TOKEN}\r\n"


def reply(body: str, *headers: str, subject: str = "Re: Fromages", charset: str = "utf-8") -> bytes:
    usual = (
        f"From: Odette =?utf-8?q?Mar=C3=A9chal?= <{ODETTE}>",
        "To: amap@exemple.fr",
        f"Subject: {subject}",
        f"In-Reply-To: {OURS}",
        f"Content-Type: text/plain; charset={charset}",
        "Content-Transfer-Encoding: 8bit",
    )
    named = {header.partition(":")[0] for header in headers}
    kept = [header for header in usual if header.partition(":")[0] not in named]
    return ("\r\n".join([*headers, *kept]) + "\r\n\r\n").encode() + body.encode(charset, "replace")


@pytest.mark.parametrize(
    "raw",
    [
        reply("", subject=f"STOP {TOKEN}"),
        reply("", subject=f"Re: stop%20{TOKEN}"),
        reply("", subject=f"TR: Stop+{TOKEN.upper()} merci"),
        reply("", f"To: amap+stop-{TOKEN}@exemple.fr", subject="Fromages"),
        reply(f"stop {TOKEN}\r\n\r\nOdette"),
        # Some mail programs send it by themselves.
        reply("", "Auto-Submitted: auto-generated", "Return-Path: <>", subject=f"STOP {TOKEN}"),
    ],
)
def test_a_token_counts_wherever_it_stands(raw: bytes) -> None:
    found = read_reply(parse(raw))
    assert isinstance(found, Stop)
    assert found.token == TOKEN


@pytest.mark.parametrize(
    "line",
    [
        "STOP", "stop svp", "Stop !", "STOP.", "« Stop »", "Arrêt", "ARRET merci", "Désabonner", "me desabonner svp",
        "Merci de me désinscrire de cette liste", "désinscription", "Désabonnez-moi s’il vous plaît", "Unsubscribe",
        "please unsubscribe me from this list", "remove me please", "cancellami", "Cancellatemi per favore, grazie",
        "disiscrivimi", "DISISCRIZIONE", "rimuovimi dalla lista", "Je veux arrêter vos messages", "Stop aux mails",
        "Je ne souhaite plus recevoir vos messages, merci.", "Non desidero più ricevere e-mail",
        "I no longer wish to receive your newsletter", "STOP s.v.p.", "Désabonnez-moi s.v.p.",
        "Stop. Cordialement, Odette", "Merci de me retirer de votre liste", "Retirez-moi de la liste",
        "Supprimez-moi de votre liste", "Veuillez me désinscrire", "Ne m’envoyez plus de mails",
        "Merci de ne plus m'écrire", "Ne m'écrivez plus", "Arrêtez de m’envoyer des mails",
        "Merci d'arrêter ces envois", "Take me off your list", "Opt out", "opt-out please", "Please stop emailing me",
        "Stop sending me emails", "No more emails please", "Don’t send me any more mails", "Vorrei cancellarmi",
        "Vi prego di cancellarmi dalla vostra lista", "Toglietemi dalla lista", "Basta mail",
        "Non inviatemi più email", "Non scrivetemi più, grazie", "Disdetta", "Bonjour Marie, stop merci",
        "Plus de mails svp", "Bonjour Marie stop", "Je souhaite me désabonner de vos envois, merci d'avance.",
        "Désabonement", "unsubcribe", "Comment puis-je me désinscrire ?", "Supprimez mon adresse",
        "Je ne suis plus intéressée", "Pas de mail, stop !", "Laissez-moi tranquille",
        "Je ne veux plus de vos messages", "Merci de ne plus me contacter", "Gentile Marco, stop",
        "Je ne veux plus recevoir de mails de commande", "Désabonnez-moi des mails de distribution",
        "Stop. Bien à vous, Odette Maréchal", "Ne m'envoyez plus rien", "Non mandatemi più niente",
        "Enlevez-moi svp", "Toglietemi", "Je quitte l'AMAP, merci de me retirer", "Ne m'envoyez pas de mails",
        "Je ne fais plus partie de l'AMAP", "leave the list",
    ],
)  # fmt: skip
def test_a_line_that_says_nothing_but_stop_is_a_question_for_a_person(line: str) -> None:
    found = read_reply(parse(reply(f"\r\n{line}\r\n\r\nOdette\r\n\r\nLe 19/11/2026, AMAP a écrit :\r\n{FOOTER}")))
    assert found == StopWord(line, (OURS,), ODETTE)


@pytest.mark.parametrize(
    "line",
    [
        "Stop par la ferme jeudi ?", "Je ne veux pas arrêter !", "Non, pas de stop", "On s’arrête quand ?", "Merci",
        "Vorrei cancellare il mio ordine", "stop ou encore", "", "?", "Please remove the eggs from my order",
        "Je ne peux plus recevoir de panier le jeudi", "Je n’ai pas reçu vos messages", "J’aime recevoir vos messages",
        "stop" * 40, "Je ne reçois plus vos mails", "Je ne reçois plus de mails", "I did not receive your mail",
        "Non ho ricevuto il messaggio", "Non ricevo più le vostre mail", "Disdetta dell'ordine di giovedì", "Bonjour",
        "Merci de retirer les œufs de ma commande", "Il n'y a plus de pain ?", "Merci pour votre message",
        "Est-ce que je peux avoir plus d'informations ?", "Vous pouvez m'envoyer la liste ?", "Stop, ou on continue ?",
        "Bien reçu, merci pour les infos", "Je passe après l'arrêt du bus", "Basta così per oggi, ci vediamo giovedì",
        "Ne m'envoyez plus de courgettes dans le panier", "Ne m'envoyez plus de fromages", "Stop sending the bread",
        "Non mandatemi più uova", "Toglimi due uova dalla lista", "Take me off the order list please",
        "Désabonnez-moi des paniers de légumes", "Je souhaite me désinscrire de la distribution du 26",
        "I no longer receive your emails", "Je n'ai pas pu recevoir votre mail plus tôt", "Stop, j'arrive !",
        "Retirez les œufs de ma liste",
    ],
)  # fmt: skip
def test_other_lines_are_ordinary_answers(line: str) -> None:
    assert not says_stop(line)
    assert read_reply(parse(reply(f"{line}\r\n\r\n> STOP\r\n"))) == Answer((OURS,), ODETTE)


QUOTED = "> Bonjour Odette,\r\n>\r\n> STOP\r\n" + FOOTER


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"stop svp\r\n\r\nLe jeu. 19 nov. 2026 à 18:02, AMAP <amap@exemple.fr> a\r\nécrit :\r\n{QUOTED}", "stop svp"),
        (f"Le jeu. 19 nov. 2026 à 18:02, AMAP <amap@exemple.fr> a\r\nécrit :\r\n{QUOTED}\r\nstop svp\r\n", "stop svp"),
        (f"On Thu, Nov 19, 2026 at 6:02 PM AMAP wrote:\r\n\r\n{QUOTED}", ""),
        (f"Il giorno gio 19 nov 2026 alle ore 18:02 AMAP ha scritto:\r\n{QUOTED}", ""),
        ("Le 19/11/2026 à 18:02, AMAP a écrit :\r\nBonjour\r\nSTOP\r\n", ""),
        ("-----Message d'origine-----\r\nDe : AMAP\r\nSTOP\r\n", ""),
        ("De : AMAP <amap@exemple.fr>\r\nEnvoyé : jeudi\r\nSTOP", ""),
        ("________________________________\r\nDa: AMAP\r\nSTOP", ""),
        ("-- \r\nSTOP aux pesticides\r\n", ""),
        ("Bonjour,\r\n\r\nSTOP\r\n", "STOP"),
        ("Madame, Monsieur,\r\nSTOP\r\n", "STOP"),
        ("Chère Marie,\r\n\r\nSTOP\r\n", "STOP"),
        ("Gentile Marco,\r\nSTOP\r\n", "STOP"),
        ("Marie,\r\nSTOP\r\n", "STOP"),
        ("Bonjour à toute l'équipe de l'AMAP,\r\nSTOP\r\n", "STOP"),
        ("Bonjour Marie, merci pour jeudi dernier\r\nSTOP\r\n", "Bonjour Marie, merci pour jeudi dernier"),
        ("\ufeff\u200b\r\n\xa0\r\nSTOP\r\n", "STOP"),
        ("De rien, à jeudi\r\nSTOP\r\n", "De rien, à jeudi"),
        (QUOTED, ""),
    ],
)
def test_only_the_first_line_that_its_writer_wrote_is_looked_at(text: str, line: str) -> None:
    assert first_line(text) == line


def test_a_mail_in_html_only_is_read_as_people_see_it() -> None:
    html = (
        "<html><head><style>p { color: stop }</style><title>STOP</title></head><body><div>Bonjour</div>"
        "<div>d&eacute;sinscription&nbsp;svp</div><div class='gmail_quote'>Le 19 nov. AMAP a écrit :"
        f"<blockquote>STOP {TOKEN}</blockquote></div></body></html>"
    )
    found = read_reply(parse(reply(html, "Content-Type: text/html; charset=utf-8")))
    assert found == StopWord("désinscription svp", (OURS,), ODETTE)
    quoted = "<blockquote><p>STOP</p></blockquote><p>Merci !</p>"
    assert read_reply(parse(reply(quoted, "Content-Type: text/html"))) == Answer((OURS,), ODETTE)


def test_charsets_that_are_old_wrong_or_unknown_are_read_all_the_same() -> None:
    assert read_reply(parse(reply("arrêt svp", charset="iso-8859-1"))) == StopWord("arrêt svp", (OURS,), ODETTE)
    unlabelled = reply("", "Content-Type: text/plain; charset=x-wrong") + "arrêt".encode("cp1252")
    assert read_reply(parse(unlabelled)) == StopWord("arrêt", (OURS,), ODETTE)


def test_a_new_mail_whose_subject_says_stop_is_one_too() -> None:
    alone = reply("", "In-Reply-To:", subject="STOP")
    assert read_reply(parse(alone)) == StopWord("STOP", (), ODETTE)
    for subject in ("Re: Stop aux pesticides", "Re: Ne plus recevoir nos messages ?", "RE: Stop"):
        assert read_reply(parse(reply("Merci !", subject=subject))) == Answer((OURS,), ODETTE)


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated; reason=vacation", "Return-Path: <>",
        "X-Autoreply: yes", "X-Auto-Response-Suppress: All", "Precedence: bulk", "Precedence: auto_reply",
        "Precedence: list", "List-Id: <amis.exemple.org>",
    ],
)  # fmt: skip
def test_vacation_answers_are_left_alone(header: str) -> None:
    assert read_reply(parse(reply("stop\r\n", header))) is None


def test_a_person_whose_program_says_that_it_is_one_is_heard() -> None:
    assert isinstance(read_reply(parse(reply("stop", "Auto-Submitted: no"))), StopWord)


def test_mails_that_answer_nothing_and_our_own_are_none() -> None:
    strange = reply("Bonjour", "In-Reply-To:", subject="Une question")
    assert read_reply(parse(strange)) is None
    assert read_reply(parse(reply("STOP", f"X-Cabas-Ref: 12-{TOKEN}"))) is None


def test_the_mail_that_is_answered_is_looked_for_nearest_first() -> None:
    headers = ("In-Reply-To: <b@x.org>", "References: <first@x.org>\r\n <second@x.org> <b@x.org>")
    assert read_reply(parse(reply("Merci", *headers))) == Answer(
        ("<b@x.org>", "<second@x.org>", "<first@x.org>"), ODETTE
    )
