#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "format/automail.h"

/* How the subjects of out-of-office answers start. */
static const char *const absences[] = {
	"autoreply", "auto-reply", "auto reply", "autoresponse",
	"auto response", "automatic reply", "automated reply",
	"automatic response", "out of office", "out of the office",
	"out-of-office", "abwesend", "abwesenheit",
	"abwesenheitsnotiz", "abwesenheitsnachricht", "automatische antwort",
	"automatische abwesenheitsnotiz", "automatische rückmeldung",
	"réponse automatique", "reponse automatique", "absence du bureau",
	"absent du bureau", "message d'absence", "respuesta automática",
	"respuesta automatica", "fuera de la oficina", "fuera de oficina",
	"risposta automatica", "fuori sede", "fuori ufficio",
	"resposta automática", "resposta automatica", "fora do escritório",
	"ausência temporária", "automatisch antwoord", "afwezig", "afwezigheid",
	"niet aanwezig", "autosvar", "automatiskt svar", "automatisk svar",
	"frånvaro", "fraværende", "automaattinen vastaus", "poissa",
	"odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź",
	"poza biurem", "automatická odpověď", "otomatik yanıt",
	"automatikus válasz", "răspuns automat", "автоответ", "Автоответ",
	"автоматический ответ", "Автоматический ответ", "автоматична відповідь",
	"Автоматична відповідь", "αυτόματη απάντηση", "Αυτόματη απάντηση",
	"自動返信", "自動応答", "不在", "自动回复", "自動回覆", "자동 회신",
	"자동회신", "부재중",
};

static const char *const daemons[] = {
	"mailer-daemon", "mail-daemon", "postmaster", "mailerdaemon"
};

enum absence { ABSENCE_NO, ABSENCE_MAYBE, ABSENCE_SURE };

static bool
starts(const char *s, const char *word)
{
	return s != NULL && strncasecmp(s, word, strlen(word)) == 0;
}

/*
 * "Automatic reply: Invoice" is sure, "Automatic reply does not work" is what
 * a person might write as well.
 */
static enum absence
absence(const char *s)
{
	enum absence found = ABSENCE_NO;

	for (size_t i = 0; s != NULL &&
	    i < sizeof(absences) / sizeof(absences[0]); i++) {
		const char *end;

		if (!starts(s, absences[i]))
			continue;
		end = s + strlen(absences[i]);
		while (*end == ' ')
			end++;
		if (*end == ':' || *end == '\0' ||
		    strncmp(end, "：", 3) == 0)
			return ABSENCE_SURE;
		if (!isalnum((unsigned char)s[strlen(absences[i])]))
			found = ABSENCE_MAYBE;
	}
	return found;
}

static bool
daemon_sender(const char *from)
{
	for (size_t i = 0; i < sizeof(daemons) / sizeof(daemons[0]); i++) {
		size_t n = strlen(daemons[i]);

		if (starts(from, daemons[i]) &&
		    (from[n] == '@' || from[n] == '\0'))
			return true;
	}
	return false;
}

/* Exchange puts it on what it generates, and many programs on all they send. */
static bool
suppresses(const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		if (starts(s, "all") || starts(s, "oof") ||
		    starts(s, "autoreply"))
			return true;
	return false;
}

const char *
automail(const struct automail *m)
{
	enum absence away = absence(m->subject);
	bool submitted = m->auto_submitted != NULL &&
	    m->auto_submitted[0] != '\0' && !starts(m->auto_submitted, "no");
	bool bulk = starts(m->precedence, "bulk") ||
	    starts(m->precedence, "junk") ||
	    starts(m->precedence, "auto_reply") ||
	    starts(m->precedence, "auto-reply");
	bool null_path = m->return_path != NULL && m->return_path[0] == '\0';
	bool reply = starts(m->auto_submitted, "auto-replied") ||
	    m->autoreply || away == ABSENCE_SURE ||
	    starts(m->report, "disposition-notification");

	if (m->failed || daemon_sender(m->from) || (m->report != NULL &&
	    !starts(m->report, "disposition-notification")))
		return "bounce";
	if (null_path && !reply)
		return "bounce";
	if (m->loop)
		return "loop";
	if (reply)
		return "reply";
	if (m->list || starts(m->precedence, "list"))
		return "list";
	if (submitted || bulk)
		return "reply";
	if (away == ABSENCE_MAYBE && (suppresses(m->suppress) || null_path))
		return "reply";
	return "none";
}
