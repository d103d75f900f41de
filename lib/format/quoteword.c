#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "format/quoteword.h"

#define LABEL_MAX	48	/* bytes of a label at most */
#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/* Small letters for ASCII; others as programs write them. */
static const char *const verbs[] = {
	"wrote", "writes", "written", "said", "sent", "schrieb", "geschrieben",
	"schreibt", "a écrit", "a ecrit", "écrit", "écrivait", "escribió",
	"escribio", "ha escrito", "escribe", "ha scritto", "scrisse", "scrive",
	"escreveu", "escreve", "schreef", "geschreven", "schrijft", "skrev",
	"skriver", "napisał", "napisal", "pisze", "napsal", "napísal", "píše",
	"пишет", "писал", "написал", "писав", "пише", "написа", "пишете",
	"kirjoitti", "kirjoittaa", "yazdı", "yazmış", "írta", "a scris",
	"έγραψε", "写道", "寫道", "書きました", "のメール", "作成", "작성",
	"이(가)", "쓴 글", "đã viết", "viết", "เขียนว่า", "เขียน", "menulis",
	"napisao", "napisala", "написао", "kirjutas", "rašė", "rakstīja",
	"va escriure", "ha escrit", "Missatge de", "כתב", "מאת", "كتب",
	"كتابة ما يلي", "نوشت", "ने लिखा", "skrifaði", "idatzi", "shkroi",
	"escribiu", "Wiadomość napisana przez",
};

static const char *const originals[] = {
	"original message", "original appointment", "original email",
	"original e-mail", "original-nachricht", "originalnachricht",
	"ursprüngliche nachricht", "ursprüngliche mail",
	"ursprüngliche e-mail", "ursprünglicher termin",
	"urspruengliche nachricht", "originele bericht",
	"message d'origine", "message d’origine", "message original",
	"message initial", "mensaje original", "mensaje de origen",
	"messaggio originale", "mensagem original", "oorspronkelijk bericht",
	"origineel bericht", "ursprungligt meddelande",
	"originalmeddelande", "oprindelig meddelelse",
	"original meddelelse", "opprinnelig melding",
	"alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość",
	"původní zpráva", "původní e-mail", "pôvodná správa",
	"eredeti üzenet", "mesaj original", "mesajul original",
	"Исходное сообщение", "исходное сообщение", "Оригинальное сообщение",
	"Первоначальное сообщение", "Вихідне повідомлення",
	"özgün ileti", "orijinal mesaj", "Özgün İleti", "αρχικό μήνυμα",
	"Αρχικό μήνυμα", "izvorna poruka", "originalna poruka",
	"元のメッセージ", "原始邮件", "邮件原件", "原始郵件", "原始信件",
	"원본 메시지", "원본 메일", "thư gốc", "tin nhắn gốc", "pesan asli",
	"ההודעה המקורית", "הודעה מקורית", "الرسالة الأصلية",
	"reply message", "reply separator", "oorspronkelijke bericht",
	"izvirno sporočilo", "Původní zpráva", "Ursprüngliche Nachricht",
};

static const char *const forwards[] = {
	"forwarded message", "begin forwarded message", "forwarded by",
	"forwarded email", "weitergeleitete nachricht",
	"weitergeleitete mail", "weitergeleitete e-mail",
	"weitergeleitet von", "anfang der weitergeleiteten",
	"message transféré", "message transfere", "message réexpédié",
	"message transmis", "réexpédié par", "transféré par",
	"mensaje reenviado", "reenviado por", "messaggio inoltrato",
	"inoltrato da", "mensagem encaminhada", "mensagem reencaminhada",
	"doorgestuurd bericht", "doorgestuurd door", "doorgezonden bericht",
	"vidarebefordrat meddelande", "vidarebefordrat brev",
	"vidarebefordrad e-post", "videresendt meddelelse",
	"videresendt besked", "videresendt melding", "videresendt e-post",
	"videresendt mail", "videresendte meddelelse", "välitetty viesti",
	"edelleenlähetetty", "wiadomość przekazana dalej",
	"przekazana wiadomość", "przekazywanej wiadomości",
	"treść przekazanej wiadomości", "přeposlaná zpráva",
	"přeposílaná zpráva", "preposlaná správa", "továbbított üzenet",
	"továbbított levél", "mesaj redirecționat", "mesaj redirecţionat",
	"Пересылаемое сообщение", "Пересланное сообщение",
	"пересылаемое сообщение", "пересылаемого сообщения",
	"переадресованного сообщения", "Переслане повідомлення",
	"Перенаправленное сообщение", "Препратено съобщение",
	"iletilen ileti", "iletilmiş ileti", "yönlendirilmiş mesaj",
	"yönlendirilen mesaj", "转发的邮件", "转发邮件", "轉寄郵件",
	"轉寄的郵件", "轉寄的信件", "転送されたメッセージ", "転送メッセージ",
	"転送されたメール", "전달된 메시지", "전달된 메일",
	"προωθημένο μήνυμα", "Προωθημένο μήνυμα", "הודעה שהועברה",
	"רسالة محولة", "رسالة محولة", "رسالة معاد توجيهها",
	"thư được chuyển tiếp", "pesan terusan", "pesan yang diteruskan",
	"proslijeđena poruka", "prosleđena poruka", "posredovano sporočilo",
	"missatge reenviat", "edastatud kiri", "persiųstas laiškas",
	"pārsūtīta ziņa",
};

static const char *const above[] = {
	"reply above this line", "reply above the line",
	"reply above here", "your reply above", "respond above this line",
	"write above this line", "type above this line",
	"above this line to reply", "above this line to respond",
	"above this line to add", "oberhalb dieser zeile",
	"über dieser zeile", "ueber dieser zeile", "au-dessus de cette ligne",
	"au dessus de cette ligne", "por encima de esta línea",
	"encima de esta línea", "sobre esta línea", "sopra questa riga",
	"sopra questa linea", "al di sopra di questa riga",
	"acima desta linha", "boven deze regel", "boven deze lijn",
	"ovanför den här raden", "ovanför denna rad", "ovanför denna linje",
	"over denne linje", "over denne linjen", "tämän rivin yläpuolelle",
	"powyżej tej linii", "powyżej tego wiersza", "nad tento řádek",
	"nad tímto řádkem", "nad týmto riadkom", "выше этой строки",
	"выше этой линии", "bu satırın üstün", "bu satırın üzerin",
	"e fölé a sor fölé", "ezen sor fölé", "deasupra acestei linii",
	"この行より上", "この線より上", "在此行上方", "在这一行上方",
	"在此行之上", "在此線以上", "이 줄 위에", "이 선 위에",
	"πάνω από αυτή τη γραμμή", "מעל שורה זו", "فوق هذا السطر",
};

static const char *const sent[] = {
	"sent from my", "sent from mobile", "sent from mail for",
	"sent from outlook", "sent from yahoo", "sent from the",
	"sent from a", "sent from samsung", "sent from iphone",
	"sent from ipad", "sent from android", "sent from blue",
	"sent from gmail", "sent from for windows", "sent from proton",
	"sent from nine", "sent from email+", "sent from workspace one",
	"sent from boxer", "sent via", "sent using", "sent with",
	"sent on the", "sent on my", "sent by my", "sent through",
	"get outlook for", "get bluemail for", "get typeapp for",
	"download outlook for", "please excuse my brevity",
	"please excuse brevity", "please excuse any typos",
	"yahoo mail on", "aol on the road", "von meinem",
	"von unterwegs gesendet",
	"gesendet von", "gesendet mit", "gesendet aus", "gesendet über",
	"diese nachricht wurde von meinem", "outlook für android",
	"outlook für ios", "holen sie sich outlook", "laden sie outlook",
	"envoyé de mon", "envoyé depuis", "envoyé avec", "envoyé à partir",
	"envoyé par mon", "envoyé via", "télécharger outlook",
	"obtenez outlook", "obtenir outlook", "provenance : courrier",
	"provenance : mail", "enviado desde", "enviado de mi", "enviado con",
	"enviado mediante", "obtener outlook", "descargar outlook",
	"obtén outlook", "inviato da", "inviato dal", "inviato con",
	"scarica outlook", "ottieni outlook", "ricevi outlook",
	"enviado do meu", "enviado do", "enviado a partir", "enviado pelo",
	"enviado via", "enviado com", "obter outlook", "obtenha o outlook",
	"baixar o outlook", "verstuurd vanaf", "verzonden vanaf",
	"verzonden met", "verstuurd vanuit", "verstuurd met",
	"verzonden vanuit", "outlook voor", "download outlook voor",
	"skickat från", "skickad från", "skickat med", "skickas från",
	"hämta outlook", "sendt fra", "sendt via", "sendt med",
	"hent outlook", "last ned outlook", "få outlook", "lähetetty iphonesta",
	"lähetetty ipadista", "lähetetty outlook", "lähetetty laitteesta",
	"lähetetty androidista", "lähetetty samsungista", "lähetetty puhelimesta",
	"hanki outlook", "wysłane z", "wysłano z", "pobierz outlook",
	"pobierz aplikację outlook", "odesláno z", "odoslané z",
	"stáhnout outlook", "získat outlook", "získajte outlook",
	"отправлено с", "Отправлено с", "отправлено из", "Отправлено из",
	"Отправлено через", "Отправлено от мобильной", "Скачайте Outlook",
	"Надіслано з", "надіслано з", "Надіслано через", "Надіслано від",
	"telefonumdan gönderildi", "iphone'umdan gönderildi",
	"iphone’umdan gönderildi", "ipad'imden gönderildi",
	"kutusundan gönderildi", "den gönderildi", "dan gönderildi",
	"küldve az", "küldve a ", "iphone-omról küldve", "trimis de pe",
	"trimis din", "στάλθηκε από", "Στάλθηκε από", "poslano z",
	"poslano s ", "poslato sa", "Изпратено от", "נשלח מה", "נשלח מ",
	"أرسلت من", "أُرسلت من", "مرسل من", "iphoneから送信",
	"ipadから送信", "から送信", "发自我的", "发自 ", "發自我的",
	"从我的", "從我的", "寄自我的", "傳送自我的", "获取 outlook",
	"取得 outlook", "iphone에서 보냄", "에서 보냄", "에서 전송",
	"gửi từ", "được gửi từ", "dikirim dari", "ส่งจาก",
	"enviat des de", "saadetud minu", "išsiųsta iš", "nosūtīts no",
};

static const char *const disclaimers[] = {
	"confidentiality notice", "confidentiality:", "confidential notice",
	"disclaimer", "legal notice", "legal disclaimer", "privacy notice",
	"notice:", "important notice:",
	"this e-mail and any", "this email and any", "this message and any",
	"this e-mail, including", "this email, including",
	"this message, including", "this e-mail (including",
	"this email (including", "this message (including",
	"this e-mail may contain", "this email may contain",
	"this message may contain", "this e-mail contains",
	"this email contains", "this message contains",
	"this e-mail message", "this email message",
	"this e-mail is confidential", "this email is confidential",
	"this message is confidential", "this e-mail is intended",
	"this email is intended", "this message is intended",
	"this communication", "this transmission", "this electronic mail",
	"this electronic message", "the information in this",
	"the information contained in", "the content of this",
	"the contents of this", "if you are not the intended recipient",
	"if you have received this", "unless otherwise stated",
	"this email has been checked for viruses",
	"this email has been scanned", "this e-mail has been scanned",
	"virus-free", "scanned by", "please consider the environment",
	"p please consider", "please think of the environment",
	"think before you print", "diese e-mail enthält",
	"diese email enthält", "diese mail enthält", "diese nachricht enthält",
	"diese e-mail und", "diese e-mail ist", "diese nachricht ist",
	"diese nachricht und", "diese e-mail kann", "diese e-mail (einschl",
	"der inhalt dieser", "die information in dieser",
	"die informationen in dieser", "die in dieser e-mail",
	"vertraulichkeitshinweis", "virenfrei",
	"bitte denken sie an die umwelt",
	"bitte prüfen sie", "haftungsausschluss", "ce message et",
	"ce message est", "ce message, ainsi", "ce message (et",
	"ce message peut", "ce courriel", "cet e-mail", "ce mail",
	"le présent message", "les informations contenues",
	"l'information contenue", "avis de confidentialité",
	"avertissement", "pensez à l'environnement",
	"garanti sans virus", "este mensaje y", "este mensaje puede",
	"este mensaje va", "este mensaje se dirige", "este mensaje contiene",
	"este mensaje está", "este mensaje, ", "este correo",
	"esta comunicación", "la información contenida", "la información incluida",
	"aviso legal", "aviso de confidencialidad", "libre de virus",
	"antes de imprimir", "questo messaggio", "questa e-mail",
	"questa mail", "la presente e-mail", "la presente comunicazione",
	"il presente messaggio", "il contenuto di questa",
	"il contenuto della presente", "le informazioni contenute",
	"le informazioni trasmesse", "avviso di riservatezza",
	"informativa privacy", "ai sensi del", "privo di virus",
	"esta mensagem", "este e-mail", "este email", "a informação contida",
	"as informações contidas", "aviso de confidencialidade",
	"livre de vírus", "dit bericht", "dit e-mailbericht", "deze e-mail",
	"dit e-mail", "de informatie in", "de inhoud van",
	"de informatie verzonden",
	"detta meddelande", "detta e-postmeddelande", "denna e-post",
	"informationen i detta", "denne e-mail", "denne mail",
	"denne e-posten", "denne meddelelse", "denne meldingen",
	"tämä viesti", "tämä sähköposti", "niniejsza wiadomość",
	"ta wiadomość", "wiadomość ta", "treść tej wiadomości",
	"informacje zawarte", "tato zpráva", "tento e-mail", "táto správa",
	"Настоящее сообщение", "Это сообщение", "Данное сообщение",
	"Это электронное", "Данное электронное", "Информация, содержащаяся",
	"bu e-posta", "bu elektronik posta", "bu mesaj", "ez az üzenet",
	"acest mesaj", "acest e-mail", "αυτό το μήνυμα", "本邮件",
	"本電子郵件", "此邮件", "本郵件", "このメール", "このメッセージ",
	"本メール", "이 메일", "이 전자우편", "본 메일", "본 이메일",
};

static const char *const inlined[] = {
	"inline", "in-line", "in line with", "in red", "in blue", "in green",
	"in bold", "see below", "answers below", "comments below",
	"replies below", "responses below", "answered below",
	"see my answers", "see my comments", "see my replies",
	"between the lines", "in the text below", "s.u.", "siehe unten",
	"siehe weiter unten", "im text unten", "unten im text",
	"antworten unten", "in rot", "in blau", "in grün", "zwischen den zeilen",
	"voir ci-dessous", "ci-dessous", "en rouge", "en bleu",
	"dans le texte", "dans le corps", "más abajo", "a continuación en",
	"en rojo", "en azul", "entre líneas", "vedi sotto", "qui sotto",
	"in rosso", "in blu", "abaixo", "em vermelho", "em azul", "zie onder",
	"hieronder", "in het rood", "in het blauw", "se nedan", "nedan",
	"i rött", "se nedenfor", "nedenfor", "i rødt", "med rødt", "alla punaisella",
	"poniżej", "na czerwono", "níže", "červeně", "см. ниже", "ниже",
	"красным", "aşağıda", "kırmızı", "以下に", "インライン", "下記",
	"见下文", "如下", "红色", "아래",
};

static const char *const regards[] = {
	"best regards", "kind regards", "warm regards", "regards",
	"kindest regards", "with kind regards", "with best regards",
	"many regards", "warmest regards", "best wishes", "best",
	"sincerely", "sincerely yours", "yours sincerely",
	"yours faithfully", "yours truly", "respectfully", "cheers",
	"cordially", "all the best", "br", "kr", "rgds", "best rgds",
	"thanks and regards", "thanks & regards", "thank you and regards",
	"mit freundlichen grüßen", "mit freundlichen grüssen",
	"mit freundlichem gruß", "mit freundlichem gruss",
	"mit besten grüßen", "mit besten grüssen", "freundliche grüße",
	"freundliche grüsse", "viele grüße", "viele grüsse", "beste grüße",
	"beste grüsse", "liebe grüße", "schöne grüße", "herzliche grüße",
	"gruß", "gruss", "grüße", "mfg", "vg", "lg", "hochachtungsvoll",
	"cordialement", "bien cordialement", "très cordialement",
	"bien à vous", "sincères salutations", "meilleures salutations",
	"cdlt", "salutations", "salutations distinguées", "saludos",
	"un saludo", "saludos cordiales", "un cordial saludo",
	"cordiales saludos", "atentamente", "muy atentamente", "atte",
	"cordiali saluti", "distinti saluti", "saluti", "un saluto",
	"cordialmente", "atenciosamente", "cumprimentos",
	"com os melhores cumprimentos", "melhores cumprimentos", "abraços",
	"met vriendelijke groet", "met vriendelijke groeten",
	"vriendelijke groet", "vriendelijke groeten", "groeten", "groet",
	"mvg", "hartelijke groet", "med vänliga hälsningar",
	"vänliga hälsningar", "vänlig hälsning", "med vänlig hälsning",
	"hälsningar", "mvh", "med venlig hilsen", "venlig hilsen",
	"med vennlig hilsen", "vennlig hilsen", "hilsen", "bedste hilsner",
	"ystävällisin terveisin", "terveisin", "parhain terveisin",
	"z poważaniem", "pozdrawiam", "z pozdrowieniami", "s pozdravem",
	"s pozdravom", "üdvözlettel", "cu stimă", "cu respect",
	"С уважением", "с уважением", "Всего доброго", "З повагою",
	"saygılarımla", "saygilarimla", "iyi çalışmalar", "lp",
	"με εκτίμηση", "Με εκτίμηση", "此致", "祝好", "よろしくお願いします",
	"よろしくお願いいたします", "敬具", "감사합니다", "trân trọng",
};

#define WORDS_MAX	300

static struct words {
	const char *const *text;
	size_t n;
	bool built;
	uint16_t first[256];	/* of a word's first byte: its number and 1 */
	uint16_t next[WORDS_MAX];	/* of those that share it */
	uint64_t follows[256];	/* bits of their second bytes, low six */
} kinds[QUOTE_WORDS] = {
	[WORD_VERB] = { .text = verbs, .n = COUNT(verbs) },
	[WORD_ORIGINAL] = { .text = originals, .n = COUNT(originals) },
	[WORD_FORWARDED] = { .text = forwards, .n = COUNT(forwards) },
	[WORD_ABOVE] = { .text = above, .n = COUNT(above) },
	[WORD_SENT] = { .text = sent, .n = COUNT(sent) },
	[WORD_DISCLAIMER] = { .text = disclaimers, .n = COUNT(disclaimers) },
	[WORD_INLINE] = { .text = inlined, .n = COUNT(inlined) },
	[WORD_REGARDS] = { .text = regards, .n = COUNT(regards) },
};

/* Without a case where it is ASCII. */
static inline unsigned char
fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Whether n bytes are the same, b ending no sooner. */
static bool
same(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (b[i] == '\0' || fold(a[i]) != fold(b[i]))
			return false;
	return true;
}

static void
build(struct words *w)
{
	w->built = true;
	for (size_t i = w->n; i-- > 0;) {
		unsigned char c = fold(*w->text[i]);

		w->next[i] = w->first[c];
		w->first[c] = (uint16_t)(i + 1);
		w->follows[c] |= UINT64_C(1) << (fold(w->text[i][1]) & 63);
	}
}

/* The longest word (none is one byte) that starts at s; 0 without. */
static size_t
word_at(struct words *w, const char *s, size_t len)
{
	size_t best = 0;

	if (!w->built)
		build(w);
	if (len < 2 || (w->follows[fold(*s)] >> (fold(s[1]) & 63) & 1) == 0)
		return 0;
	for (size_t i = w->first[fold(*s)]; i > 0; i = w->next[i - 1]) {
		const char *word = w->text[i - 1];
		size_t n = strlen(word);

		if (n > best && n <= len && same(s, word, n) && (n == len ||
		    !isalnum((unsigned char)word[n - 1]) ||
		    !isalnum((unsigned char)s[n])))
			best = n;
	}
	return best;
}

const char *
quote_word(enum quote_word kind, const char *s, size_t len, size_t *n)
{
	bool start = true;

	for (size_t i = 0; i < len; i++) {
		if ((start || (unsigned char)s[i] >= 0x80) &&
		    (*n = word_at(&kinds[kind], s + i, len - i)) > 0)
			return s + i;
		start = !isalnum((unsigned char)s[i]);
	}
	return NULL;
}

bool
quote_word_first(enum quote_word kind, const char *s, size_t len)
{
	return word_at(&kinds[kind], s, len) > 0;
}

bool
quote_opens(const char *s, size_t len)
{
	static const char *const openings[] = { "On ", "At ", "Am ", "Le ",
	    "El ", "Il giorno ", "Il ", "Em ", "No dia ", "Op ", "Den ", "På ",
	    "Dnia ", "W dniu ", "Dne ", "Dňa ", "Pe ", "În ", "In data ",
	    "Quoting ", "Zitat von ", "Citando ", "Quoto ", "Selon ",
	    "Citeren ", "Cytowanie ", "Lainaus ", "Citerar ", "Citat ",
	    "Mensaje citado por ", "Missatge de ", "В ", "На ", "Στις ",
	    "Vào ", "Pada ", "Kuupäev ", "ในวันที่ ", "ב-", "בתאריך ",
	    "في ", "در ", "在 ", "V V ", "In message ", "In article ",
	    "Dana ", "Dňa ", "Wiadomość napisana przez ", };

	if (len > 0 && isdigit((unsigned char)*s))
		return true;
	for (size_t i = 0; i < COUNT(openings); i++)
		if (len > strlen(openings[i]) &&
		    memcmp(s, openings[i], strlen(openings[i])) == 0)
			return true;
	return false;
}

/* Labels; in small letters where they are ASCII. */
static const struct label {
	const char *text;
	enum quote_label label;
} labels[] = {
#define F(s)	{ s, LABEL_FROM }
	F("from"), F("von"), F("de"), F("da"), F("van"), F("från"), F("fra"),
	F("od"), F("От"), F("от"), F("От кого"), F("Від"), F("Відправник"),
	F("Отправитель"), F("kimden"), F("gönderen"), F("lähettäjä"),
	F("feladó"), F("remitente"), F("expéditeur"), F("mittente"),
	F("remetente"), F("afzender"), F("avsändare"), F("avsender"),
	F("afsender"), F("nadawca"), F("odesílatel"), F("odosielateľ"),
	F("de la"), F("expeditor"), F("Από"), F("от"), F("Подател"),
	F("pošiljatelj"), F("šalje"), F("absender"), F("sender"),
	F("发件人"), F("寄件者"), F("寄件人"), F("差出人"), F("送信者"),
	F("送信元"), F("보낸 사람"), F("보낸사람"), F("보낸이"), F("발신"),
	F("מאת"), F("من"), F("từ"), F("Từ"), F("จาก"), F("dari"),
	F("saatja"), F("nuo"), F("frá"), F("od koga"),
#define D(s)	{ s, LABEL_DATE }
	D("sent"), D("date"), D("sent on"), D("sent at"), D("sent date"),
	D("gesendet"), D("gesendet am"), D("datum"), D("envoyé"),
	D("envoyé le"), D("envoyé à"), D("date d'envoi"), D("enviado"),
	D("enviado el"), D("enviado em"), D("enviada em"), D("enviada"),
	D("fecha"), D("fecha de envío"), D("data"), D("data de envio"),
	D("inviato"), D("inviato il"), D("verzonden"), D("verzonden op"),
	D("skickat"), D("skickades"), D("sendt"), D("sendt dato"), D("dato"),
	D("wysłano"), D("wysłane"), D("Отправлено"), D("отправлено"),
	D("Дата"), D("дата"), D("Отправлен"), D("Надіслано"),
	D("Відправлено"), D("gönderildi"), D("gönderme tarihi"), D("tarih"),
	D("gönderilme tarihi"), D("lähetetty"), D("päivämäärä"),
	D("päiväys"), D("odesláno"), D("odoslané"), D("dátum"), D("küldve"),
	D("elküldve"), D("trimis"), D("trimis la"), D("Στάλθηκε"),
	D("Ημερομηνία"), D("Αποστολή"), D("poslano"), D("poslato"),
	D("Изпратено"), D("发送时间"), D("发送日期"), D("日期"),
	D("送信日時"), D("日時"), D("日付"), D("傳送時間"), D("寄件日期"),
	D("寄件日期"), D("傳送日期"), D("보낸 날짜"), D("보낸날짜"),
	D("날짜"), D("보낸 시간"), D("日期"), D("נשלח"), D("תאריך"),
	D("تاريخ الإرسال"), D("التاريخ"), D("تم الإرسال"), D("إرسال"),
	D("ngày"), D("Ngày"), D("đã gửi"), D("Đã gửi"), D("วันที่"),
	D("dikirim"), D("tanggal"), D("saadetud"), D("kuupäev"),
	D("išsiųsta"), D("nosūtīts"),
#define T(s)	{ s, LABEL_TO }
	T("to"), T("an"), T("à"), T("À"), T("a"), T("para"), T("aan"),
	T("till"), T("til"), T("do"), T("komu"), T("Кому"), T("кому"),
	T("kime"), T("alıcı"), T("vastaanottaja"), T("címzett"), T("către"),
	T("catre"), T("Προς"), T("za"), T("prima"), T("empfänger"),
	T("destinatario"), T("destinataire"), T("destinatário"),
	T("destinatari"), T("ontvanger"), T("До"), T("收件人"), T("收件者"),
	T("宛先"), T("받는 사람"), T("받는사람"), T("수신"), T("אל"),
	T("إلى"), T("đến"), T("Đến"), T("tới"), T("Tới"), T("ถึง"),
	T("kepada"), T("saaja"), T("kam"), T("adresat"), T("per"),
#define C(s)	{ s, LABEL_CC }
	C("cc"), C("bcc"), C("cci"), C("kopie"), C("kopia"), C("kopi"),
	C("copie"), C("copie à"), C("copia"), C("cópia"), C("kopio"),
	C("Копия"), C("копия"), C("Копія"), C("bilgi"), C("másolat"),
	C("másolatot kap"), C("抄送"), C("副本"), C("참조"), C("Κοιν."),
	C("Κοινοποίηση"), C("עותק"), C("نسخة"), C("dw"), C("udw"),
	C("kopie an"), C("blindkopie"), C("kpia"), C("Сс"), C("copie carbone"),
#define S(s)	{ s, LABEL_SUBJECT }
	S("subject"), S("betreff"), S("betr."), S("objet"), S("sujet"),
	S("asunto"), S("assunto"), S("oggetto"), S("onderwerp"), S("ämne"),
	S("emne"), S("temat"), S("předmět"), S("predmet"), S("Тема"),
	S("тема"), S("konu"), S("aihe"), S("tárgy"), S("subiect"),
	S("Θέμα"), S("zadeva"), S("naslov"), S("Относно"), S("主题"),
	S("主題"), S("主旨"), S("件名"), S("標題"), S("标题"), S("제목"),
	S("נושא"), S("הנדון"), S("الموضوع"), S("chủ đề"), S("Chủ đề"),
	S("เรื่อง"), S("perihal"), S("subjek"), S("teema"), S("tema"),
	S("assumpte"), S("efni"),
#define O(s)	{ s, LABEL_OTHER }
	O("reply-to"), O("importance"), O("priority"), O("attachments"),
	O("attachment"), O("anlagen"), O("anlage"), O("anhang"),
	O("wichtigkeit"), O("priorität"), O("antwort an"),
	O("pièces jointes"), O("pj"), O("organization"), O("sensitivity"),
	O("priorità"), O("allegati"), O("adjuntos"), O("anexos"),
	O("importancia"), O("importância"), O("bijlagen"), O("urgentie"),
	O("bilagor"), O("bilag"), O("vedlegg"), O("prioritet"),
	O("liitteet"), O("załączniki"), O("ważność"), O("přílohy"),
	O("Вложения"), O("Важность"), O("mailing list"), O("signed by"),
	O("mailed-by"), O("sent by"), O("resent-from"), O("répondre à"),
	O("responder a"), O("rispondi a"), O("when"), O("where"),
	O("required attendees"), O("添付ファイル"), O("附件"), O("重要性"),
	O("첨부"),
#define R(s)	{ s, LABEL_RAW }
	R("received"), R("message-id"), R("return-path"), R("mime-version"),
	R("content-type"), R("content-transfer-encoding"),
	R("delivered-to"), R("dkim-signature"), R("authentication-results"),
	R("received-spf"), R("x-mailer"), R("arc-seal"), R("envelope-to"),
	R("x-received"), R("x-spam-status"), R("user-agent"),
	R("in-reply-to"), R("references"),
};

/* The label's bytes: up to a colon, without blanks and emphasis around. */
static bool
label_text(const char *s, size_t len, size_t *from, size_t *to, size_t *value)
{
	size_t i = 0, near = len < LABEL_MAX ? len : LABEL_MAX, colon;

	while (i < near && (s[i] == '*' || s[i] == '_' || s[i] == ' ' ||
	    s[i] == '\t' || s[i] == '|'))
		i++;
	*from = i;
	for (colon = i; colon < near && s[colon] != ':'; colon++)
		if (near - colon >= 3 && memcmp(s + colon, "：", 3) == 0)
			break;
	if (colon == near)
		return false;
	*value = colon + (s[colon] == ':' ? 1 : 3);
	while (colon > i && (s[colon - 1] == ' ' || s[colon - 1] == '*' ||
	    s[colon - 1] == '_' || s[colon - 1] == '\t'))
		colon--;
	if (colon >= i + 2 && memcmp(s + colon - 2, "\302\240", 2) == 0)
		colon -= 2;	/* a blank that does not break */
	*to = colon;
	while (*value < len && (s[*value] == '*' || s[*value] == ' ' ||
	    s[*value] == '\t' || s[*value] == '_'))
		(*value)++;
	return colon > i;
}

/* By their first bytes, as the words are. */
static uint16_t label_first[256], label_next[COUNT(labels)];

static void
build_labels(void)
{
	for (size_t i = COUNT(labels); i-- > 0;) {
		int c = tolower((unsigned char)*labels[i].text);

		label_next[i] = label_first[c];
		label_first[c] = (uint16_t)(i + 1);
	}
}

enum quote_label
quote_label(const char *s, size_t len, size_t *value)
{
	static bool built;
	size_t from, to;

	if (!label_text(s, len, &from, &to, value))
		return LABEL_NONE;
	if (!built)
		build_labels();
	built = true;
	for (size_t i = label_first[tolower((unsigned char)s[from])]; i > 0;
	    i = label_next[i - 1]) {
		const char *text = labels[i - 1].text;

		if (same(s + from, text, to - from) &&
		    text[to - from] == '\0')
			return labels[i - 1].label;
	}
	return to - from > 2 && same(s + from, "x-", 2) ? LABEL_RAW :
	    LABEL_NONE;
}

/* Whether the subject starts with one of the words and a colon. */
static bool
prefixed(const char *s, const char *const *words, size_t n)
{
	while (*s == ' ' || *s == '[' || *s == '(')
		s++;
	for (size_t i = 0; i < n; i++) {
		size_t k = strlen(words[i]);
		const char *end = s + k;

		if (strncasecmp(s, words[i], k) != 0)
			continue;
		end += strspn(end, " ");
		if (*end == ':' || strncmp(end, "：", 3) == 0)
			return true;
	}
	return false;
}

bool
quote_subject_forwards(const char *s)
{
	static const char *const words[] = { "fw", "fwd", "wg", "tr", "rv",
	    "i", "vs", "enc", "vb", "vl", "pd", "doorst", "továbbítás", "ilt",
	    "İLT", "转发", "轉寄", "転送", "전달", "fs", "res: fw", "wtr",
	    "forward", "forwarded", "ΠΡΘ",
	    "chuyển tiếp", "trs", "reenv", "encaminhada" };
	size_t n = s != NULL ? strlen(s) : 0;

	return s != NULL && (prefixed(s, words, COUNT(words)) ||
	    (n > 5 && strcasecmp(s + n - 5, "(fwd)") == 0));
}

bool
quote_subject_replies(const char *s)
{
	static const char *const words[] = { "re", "aw", "sv", "antw", "odp",
	    "res", "r", "ynt", "回复", "答复", "回覆", "返信", "답장", "회신",
	    "vá", "ref", "rif", "rép", "Ответ", "bls", "atb", "ats", "ha", "απ",
	    "تر", "תשובה", "رد" };

	return s != NULL && prefixed(s, words, COUNT(words));
}
