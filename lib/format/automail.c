#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "format/automail.h"

/* How the subjects of out-of-office answers start. */
static const char *const absences[] = {
	"auto", "autoreply", "auto-reply", "auto reply", "autoresponse",
	"auto response", "automatic reply", "automated reply",
	"automatic response", "out of office", "out of the office",
	"out-of-office", "vacation", "abwesend", "abwesenheit",
	"abwesenheitsnotiz", "abwesenheitsnachricht", "automatische antwort",
	"automatische abwesenheitsnotiz", "automatische r\303\274ckmeldung",
	"r\303\251ponse automatique", "reponse automatique",
	"absence du bureau", "absent du bureau", "message d'absence",
	"respuesta autom\303\241tica", "respuesta automatica",
	"fuera de la oficina", "fuera de oficina", "risposta automatica",
	"fuori sede", "fuori ufficio", "resposta autom\303\241tica",
	"resposta automatica", "fora do escrit\303\263rio",
	"aus\303\252ncia tempor\303\241ria", "automatisch antwoord", "afwezig",
	"afwezigheid", "niet aanwezig", "autosvar", "automatiskt svar",
	"automatisk svar", "fr\303\245nvaro", "frav\303\246rende",
	"automaattinen vastaus", "poissa", "odpowied\305\272 automatyczna",
	"automatyczna odpowied\305\272", "autoodpowied\305\272", "poza biurem",
	"automatick\303\241 odpov\304\233\304\217", "otomatik yan\304\261t",
	"automatikus v\303\241lasz", "r\304\203spuns automat",
	"\320\260\320\262\321\202\320\276\320\276\321\202\320\262\320\265\321\202",
	"\320\220\320\262\321\202\320\276\320\276\321\202\320\262\320\265\321\202",
	"\320\260\320\262\321\202\320\276\320\274\320\260\321\202\320\270\321\207\320\265\321\201\320\272\320\270\320\271 \320\276\321\202\320\262\320\265\321\202",
	"\320\220\320\262\321\202\320\276\320\274\320\260\321\202\320\270\321\207\320\265\321\201\320\272\320\270\320\271 \320\276\321\202\320\262\320\265\321\202",
	"\320\260\320\262\321\202\320\276\320\274\320\260\321\202\320\270\321\207\320\275\320\260 \320\262\321\226\320\264\320\277\320\276\320\262\321\226\320\264\321\214",
	"\320\220\320\262\321\202\320\276\320\274\320\260\321\202\320\270\321\207\320\275\320\260 \320\262\321\226\320\264\320\277\320\276\320\262\321\226\320\264\321\214",
	"\316\261\317\205\317\204\317\214\316\274\316\261\317\204\316\267 \316\261\317\200\316\254\316\275\317\204\316\267\317\203\316\267",
	"\316\221\317\205\317\204\317\214\316\274\316\261\317\204\316\267 \316\261\317\200\316\254\316\275\317\204\316\267\317\203\316\267",
	"\350\207\252\345\213\225\350\277\224\344\277\241",
	"\350\207\252\345\213\225\345\277\234\347\255\224",
	"\344\270\215\345\234\250",
	"\350\207\252\345\212\250\345\233\236\345\244\215",
	"\350\207\252\345\213\225\345\233\236\350\246\206",
	"\354\236\220\353\217\231 \355\232\214\354\213\240",
	"\354\236\220\353\217\231\355\232\214\354\213\240",
	"\353\266\200\354\236\254\354\244\221",
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
		if (*end == ':' || (*end == '\0' && i > 0) ||
		    strncmp(end, "\357\274\232", 3) == 0)
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
