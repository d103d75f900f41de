/*
 * Secrets: what must be found, what must be left alone. The positive ones are
 * the issuers' documented examples or made up, and stand in pieces.
 */
#include <string.h>

#include "base/mem.h"
#include "format/record.h"
#include "format/secret.h"
#include "unit.h"

static struct arena arena;
static struct secrets *secrets;

static const struct { const char *name, *text; } found[] = {
	{ "aws key", "key AKIA" "IOSFODNN7EXAMPLE in the log" },
	{ "aws key", "AWS_ACCESS_KEY_ID=ASIA" "IOSFODNN7EXAMPLE" },
	{ "aws key", "(\"AKIA" "I44QH8DHBEXAMPLE\")" },
	{ "aws secret key", "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPx"
	    "RfiCYEXAMPLEKEY" },
	{ "aws secret key",
	    "Secret Access Key: je7MtGbClwBF/2Zp9Utk/h3yCo8nvb" "EXAMPLEKEY" },
	{ "github token", "git clone https://github.example with gh"
	    "p_16C7e42F292c6912E7710c838347Ae178B4a now" },
	{ "github token", "gh" "o_16C7e42F292c6912E7710c838347Ae178B4a" },
	{ "github token", "gh" "s_16C7e42F292c6912E7710c838347Ae178B4a." },
	{ "github token", "github_"
	    "pat_11AAAAAAA0abcdefghijkl_abcdefghijABCDEFGHIJ01234"
	    "56789abcdefghijABCDEFGHIJ012345678" },
	{ "gitlab token", "PRIVATE-TOKEN: gl" "pat-zY3x9WbQ7kLm2NpR5tVu" },
	{ "gitlab token", "runner gl" "rt-zY3x9WbQ7kLm2NpR5tVu" },
	{ "slack token", "xo"
	    "xb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy" },
	{ "slack token", "xo"
	    "xp-17653672481-19874698323-19874698324-3f1a2b4c5d6e7"
	    "f8091a2b3c4d5e6f708" },
	{ "slack token", "xa"
	    "pp-1-A0123456789-1234567890123-0123456789abcdef01234"
	    "56789abcdef0123456789abcdef0123456789abcdef" },
	{ "webhook address", "post to https://hooks."
	    "slack.com/services/T00000000/B00000000/XXXXXXXXXXXXX"
	    "XXXXXXXXXXX please" },
	{ "webhook address", "https://disc"
	    "ord.com/api/webhooks/123456789012345678/ab1cd2ef3gh4"
	    "ij5kl6mn7op8" },
	{ "webhook address", "https://acme.web"
	    "hook.office.com/webhookb2/0123456789abcdef@0123/Inco"
	    "mingWebhook/0123456789abcdef" },
	{ "stripe key", "sk_li" "ve_4eC39HqLyjWDarjtT1zdp7dc" },
	{ "stripe key", "STRIPE=sk_te" "st_4eC39HqLyjWDarjtT1zdp7dc" },
	{ "stripe key", "rk_li" "ve_4eC39HqLyjWDarjtT1zdp7dc" },
	{ "stripe key", "whs" "ec_a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4" },
	{ "google key", "https://maps.example/api/js?key=AI"
	    "zaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe" },
	{ "google key", "ya2" "9.a0AfH6SMBx1y2z3w4v5u6t7s8r9q0" },
	{ "google key", "GOC" "SPX-a1b2c3d4e5f6g7h8i9j0k1l2m3n4" },
	{ "sendgrid key", "S"
	    "G.ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmb"
	    "ihYzrnopKc-1s5cr" },
	{ "twilio key", "account A" "C0123456789abcdef0123456789abcdef" },
	{ "twilio key", "S" "K0123456789abcdef0123456789abcdef," },
	{ "npm token", "//registry.example/:_authToken=np"
	    "m_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8" },
	{ "pypi token", "py"
	    "pi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwL"
	    "TAwMDAwMDAwMDAwMAACJXsicGVybWlzc2lvbnMi" },
	{ "ai key", "s" "k-aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5hJ7kL9mN1pQ3" },
	{ "ai key", "s" "k-ant-api03-Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0" },
	{ "ai key", "s" "k-proj-Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1" },
	{ "shopify token", "shp" "at_0123456789abcdef0123456789abcdef" },
	{ "access token", "do"
	    "p_v1_0123456789abcdef0123456789abcdef0123456789abcde"
	    "f0123456789abcdef" },
	{ "access token", "hf" "_abcdefghijklmnopqrstuvwxyzABCDEFGH" },
	{ "access token", "dap" "i0123456789abcdef0123456789abcdef" },
	{ "access token", "ke" "y-0123456789abcdef0123456789abcdef" },
	{ "access token", "0123456789abcdef0123456789abcdef-u" "s12" },
	{ "access token", "bot 123456789:A"
	    "AHb4T7vWxYz0123456789abcdefghijkLM" },
	{ "access token", "tai_li" "ve_a1b2c3d4e5f6a7b8" },
	{ "azure key", "AccountName=x;AccountKey"
	    "=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2"
	    "UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;" },
	{ "azure key", "Endpoint=sb://x;SharedAccessKeyName=n;SharedAccessKe"
	    "y" "=0123456789abcdefghijABCDEFGHIJ0123456789abcd=" },
	{ "signature", "https://x.example/b/f?sv=2022&sig=Zx9Yw8Vu7Ts6Rq5Po4"
	    "Nm3Lk2" "Ji1Hg0Fe9Dc8Ba7%3D" },
	{ "signature", "https://b.example/o?X-Amz-Signature=0123456789abcdef"
	    "0123456789abcdef0123456789abcdef" },
	{ "json web token", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
	    "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_X"
	    "gL0n3I9PlFUP0THsR8U" },
	{ "private key", "-----BEGIN RSA PRI"
	    "VATE KEY-----\nMIIEow\nabc=\n-----END RSA PRIVATE KE"
	    "Y-----\nbye" },
	{ "private key", "> -----BEGIN PRI"
	    "VATE KEY-----\n> MIIEvQ\n> -----END PRIVATE KEY-----" },
	{ "private key", "-----BEGIN OPENSSH PRI"
	    "VATE KEY-----\nb3BlbnNzaC1rZXk" },
	{ "private key", "-----BEGIN PGP PRI"
	    "VATE KEY BLOCK-----\n\nlQOYBF\n-----END PGP PRIVATE "
	    "KEY BLOCK-----" },
	{ "authorization", "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==" },
	{ "authorization", "-H \"Authorization: Bearer mF_9.B5f-4.1JqM\"" },
	{ "authorization",
	    "authorization: Token 9944b09199c62bcf9418ad846dd0e4b" "b" },
	{ "bearer token",
	    "we sent Bearer a8f5f167f44f4964e6c998dee827110c and " "got 401" },
	{ "password", "postgres://app:hunter2@db.example:5432/app" },
	{ "password", "redis://:p4ssw0rd@cache.example" },
	{ "password", "https://kim:p%40ss@host.example/path" },
	{ "password", "amqp://guest1:gu3st@mq.example" },
	{ "password", "password: hunter2" },
	{ "password", "Password: sunshine" },
	{ "password", "PASSWORD = Tr0ub4dor" },
	{ "password", "my password is Tr0ub4dor&3" },
	{ "password", "The password is 123456" },
	{ "password", "the new password is now Xk9mQ2v" },
	{ "password", "pwd=S3cret!&user=kim" },
	{ "password", "\"password\": \"s3cr3t-value\"" },
	{ "password", "'db_password' => 'Zx9Yw8'" },
	{ "password", "DB_PASSWORD=correcthorse1" },
	{ "password", "SMTP_PASSWD: abc123" },
	{ "password", "login kim, pw: 4711abc" },
	{ "password", "passphrase: correct1horse2" },
	{ "password", "Passwort: Geheim1!" },
	{ "password", "Kennwort: Sommer2024" },
	{ "password", "Das Passwort lautet Geheim1!" },
	{ "password", "Passwort ist Geheim1!" },
	{ "password", "mot de passe : Soleil2024" },
	{ "password", "Le mot de passe est Soleil2024" },
	{ "password", "mdp: Soleil!" },
	{ "password", "contraseña: Verano2024" },
	{ "password", "La contraseña es Verano2024" },
	{ "password", "clave: Verano#1" },
	{ "password", "senha: abacaxi99" },
	{ "password", "A senha é abacaxi99" },
	{ "password", "wachtwoord: Fiets123" },
	{ "password", "lösenord: Sommar1!" },
	{ "password", "adgangskode: Hygge99" },
	{ "password", "passord: Fjord12" },
	{ "password", "salasana: Sauna2024" },
	{ "password", "hasło: Zima2024" },
	{ "password", "heslo: Zima2024" },
	{ "password", "jelszó: Tavasz1" },
	{ "password", "parolă: Iarna2024" },
	{ "password", "şifre: Bahar2024" },
	{ "password", "пароль: qwerty123" },
	{ "password", "κωδικός: abc12345" },
	{ "password", "密码：abc12345" },
	{ "password", "パスワード：abc12345" },
	{ "password", "비밀번호: abc12345" },
	{ "password", "mật khẩu: abc12345" },
	{ "password", "Password:\n  Xk9#mQ2v\n" },
	{ "password", "user: kim\npassword: letmein\nthanks" },
	{ "password", "**Password:** `Xk9mQ2v7`" },
	{ "password", "password (temporary): Xk9mQ2v7" },
	{ "password", "<b>password</b> password: Xk9mQ2v7</p>" },
	{ "password", "> password: Xk9mQ2v7" },
	{ "api key", "api_key=a8f5f167f44f4964e6c998dee827110c" },
	{ "api key", "our API key is 9f86d081884c7d659a2feaa0c55ad015." },
	{ "api key", "client_secret: \"Zx9-Yw8_Vu7.Ts6\"" },
	{ "api key", "X-API-Key: 7c4a8d09ca3762af61e59520943dc26494f8941b" },
	{ "api key", "token = 550e8400-e29b-41d4-a716-446655440000" },
	{ "api key", "\"access_token\":\"2YotnFZFEjr1zCsicMWpAA\"" },
	{ "api key", "webhook secret: 3f1a2b4c5d6e7f80" },
	{ "api key", "refresh_token=tGzv3JOkF0XG5Qx2TlKWIA" },
	{ "api key", "ACCESS_KEY=abcDEF123456" },
	{ "card number", "4111 1111 1111 1111" },
	{ "card number", "my card 4111111111111111 was charged twice" },
	{ "card number", "card: 5555-5555-5555-4444." },
	{ "card number", "3782 822463 10005" },
	{ "card number", "378282246310005" },
	{ "card number", "6011111111111117" },
	{ "card number", "3530111333300000" },
	{ "card number", "30569309025904" },
	{ "card number", "visa 4242 4242 4242 4242 exp 12/27" },
	{ "card number", "2223003122003222" },
	{ "iban", "DE89370400440532013000" },
	{ "iban", "IBAN: DE89 3704 0044 0532 0130 00, BIC COBADEFF" },
	{ "iban", "GB29 NWBK 6016 1331 9268 19" },
	{ "iban", "FR14 2004 1010 0505 0001 3M02 606" },
	{ "iban", "NL91ABNA0417164300" },
	{ "iban", "CH93 0076 2011 6238 5295 7" },
	{ "us ssn", "SSN: 078-05-1120" },
	{ "us ssn", "my social security number is 219-09-9999" },
	{ "us ssn", "Social Security # 078 05 1120" },
	{ "card code", "CVV: 123" },
	{ "card code", "cvc is 4321" },
	{ "card code", "the CVC2 code: 999" },
};

static const char *const clean[] = {
	"550e8400-e29b-41d4-a716-446655440000",
	"request 7f3b2c1d-9e8f-4a5b-8c7d-6e5f4a3b2c1d failed",
	"trace_id=4bf92f3577b34da6a3ce929d0e0e4736",
	"commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b fixe" "s it",
	"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b9"
	    "34ca495991b7852b855",
	"md5 d41d8cd98f00b204e9800998ecf8427e",
	"ETag: \"33a64df551425fcc55e4d42a148795d9f25f89d4\"",
	"Message-ID: <CAF=x1y2z3-abc4d5e6f7+0123@mail.example" ".com>",
	"In-Reply-To: <20260115144700.GA12345@mx.example>",
	"<5e1f3b7a.1c69fb81.4d2a9.1234@mx.example>",
	"order 4111111111111111",
	"Order number: 4111-1111-1111-1111",
	"invoice 4242424242424242 is open",
	"tracking no. 4012888888881881",
	"Sendungsnummer 4111 1111 1111 1111",
	"1Z999AA10123456784",
	"9400 1000 0000 0000 0000 00",
	"FedEx 123456789012",
	"IMEI 490154203237518",
	"ISBN 978-3-16-148410-0",
	"EAN 4006381333931",
	"4111 1111 1111 1112",
	"1234 5678 9012 3456",
	"0000 0000 0000 0000",
	"4111-1111-11111111",
	"1700000000000",
	"1767225600123",
	"2026011514470012",
	"20260115144700123",
	"+1 415 555 2671",
	"+49 30 901820 1234",
	"(415) 555-2671 ext. 1234",
	"0044 20 7946 0958",
	"call 1-800-555-0199-1234",
	"fax 4930 9018 2012 3456",
	"12345678901234567890",
	"ticket #1823, case 00412345",
	"K7Q2M9X4T8WN",
	"[#K7Q2M9X4T8WN] Re: import",
	"password reset",
	"I forgot my password",
	"How do I reset the password?",
	"Forgot your password? Click here",
	"the password is incorrect",
	"password is required",
	"Password: required",
	"Password: ********",
	"Password: ••••••••",
	"Password: xxxxxxxx",
	"password: <your password>",
	"password: <password>",
	"password=$PASSWORD",
	"password: ${DB_PASSWORD}",
	"password: ${{ secrets.DB }}",
	"password: {{ password }}",
	"password = %s",
	"password=\"\"",
	"\"password\": null",
	"password: [redacted]",
	"password: [secret: password]",
	"I forgot the password: how can I change it",
	"password: how to change it in the app",
	"the password is 8-16 characters long",
	"the password must be 12+ characters",
	"my password is not working since 2026-01-15",
	"the password was changed on Monday",
	"the password is case-sensitive",
	"password is now optional",
	"Passwords are case-sensitive",
	"our password manager is down",
	"Subject: password: help",
	"wrong user name or password: please try again",
	"Das Passwort ist falsch",
	"Kennwort vergessen? Passwort zurücksetzen",
	"Passwort: vergessen",
	"Das Passwort wird per Mail geschickt",
	"le mot de passe est expiré depuis hier",
	"mot de passe : oublié",
	"La contraseña es incorrecta",
	"La contraseña no funciona",
	"A senha está errada",
	"пароль не подходит",
	"wachtwoord vergeten",
	"I typed the pwd command",
	"pwd: /home/kim/work",
	"a pw of your choice",
	"YOUR_API_KEY",
	"api_key=YOUR_API_KEY",
	"api key: your-api-key-here",
	"the API key is missing",
	"api key: expired",
	"we need an API key: one for staging",
	"the API key is in the settings",
	"the api key is attention-to-detail",
	"token: string",
	"token_type=bearer",
	"the token is invalid since yesterday",
	"El token es válido por 24 horas",
	"token count: 4096",
	"the access token is a JWT",
	"access token: see the docs",
	"api_key=${API_KEY}",
	"secret: xxxxxxxxxxxxxxxx",
	"the secret is to keep the batch size under 500",
	"secret santa: 12345678",
	"Authorization: Bearer <token>",
	"the Authorization: Bearer header is missing",
	"Authorization: Bearer ${TOKEN}",
	"Authorization: Basic auth",
	"the bearer misunderstandings",
	"bearer authentication-is-required",
	"AKIAFOO",
	"AKIAIOSFODNN7EXAMPLEX",
	"sk_live_",
	"sk-fading-circle-with-a-long-name",
	"task-force-of-twenty-two-people",
	"class=\"sk-cube-grid-container-large\"",
	"npm_config_registry",
	"pypi-server",
	"xoxb-your-token-here",
	"glpat-your-access-token-here",
	"SG.example.com",
	"hooks.slack.com/services/",
	"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
	"-----BEGIN CERTIFICATE-----\nMIIDdz\n-----END CERTIF" "ICATE-----",
	"-----BEGIN PGP PUBLIC KEY BLOCK-----",
	"-----BEGIN PGP SIGNATURE-----\niQEz\n-----END PGP SI" "GNATURE-----",
	"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAA"
	    "ABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAA"
	    "BJRU5ErkJggg==",
	"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIB" "RAA7",
	"2026-01-15T14:47:00.123Z INFO GET /v1/users?page=2&l"
	    "imit=100 200 12ms",
	"[2026-01-15 14:47:00] worker-4 pid=12345 rss=1234567" "89",
	"10.0.0.1:8443 -> 192.168.1.20:51234",
	"fe80::1ff:fe23:4567:890a",
	"https://host.example:8443/a@b",
	"http://host.example/x:y@z",
	"see https://host.example: mail kim@acme.example",
	"mailto:kim@acme.example?subject=password",
	"git@git.example:acme/app.git",
	"DE88370400440532013000",
	"GB29 NWBK 6016",
	"DE12 is a motorway, IT12 ABCD 1234 5678",
	"CH-8001 Zurich, FR75001 Paris",
	"SSN: 000-12-3456",
	"SSN 900-12-3456",
	"SSN 078-00-1120",
	"078-05-1120",
	"social security 2026",
	"CVV is required",
	"cvv 12345",
	"a CVC of 3 digits",
	"CVE-2024-1234",
	"lat 52.520008, lon 13.404954",
	"3.14159265358979323846",
	"$1,234,567.89",
	"version 1.22.333.4444",
	"MAC 00:1B:44:11:3A:B7",
	"SKU 4111-AB-1111",
	"IP 4.4.4.4, port 4444",
	"5105105105105100.00",
};

static void
load(void)
{
	struct yaml *root = NULL;
	struct err e = { 0 };
	char path[4096];

	snprintf(path, sizeof(path), "%s/rules/secrets.yaml", unit_root());
	ck_assert_msg(yaml_load(&arena, path, &root, &e) == 0 &&
	    secrets_load(&secrets, root, &e) == 0, "%s", e.text);
}

static void
unload(void)
{
	secrets_free(secrets);
	arena_free(&arena);
}

START_TEST(finds)
{
	const char *text = found[_i].text;
	const struct secret *s;
	size_t n = secrets_find(secrets, text, strlen(text), &s), i = 0;

	while (i < n && strcmp(s[i].name, found[_i].name) != 0)
		i++;
	ck_assert_msg(i < n, "%s: '%s'%s%s", found[_i].name, text,
	    n > 0 ? " is taken for " : "", n > 0 ? s[0].name : "");
}
END_TEST

START_TEST(leaves)
{
	struct buf b = BUF_INIT;
	size_t n = secrets_redact(secrets, clean[_i], strlen(clean[_i]), &b);

	ck_assert_msg(n == 0, "'%s' becomes '%s'", clean[_i], b.data);
	ck_assert_str_eq(b.data, clean[_i]);
	buf_free(&b);
}
END_TEST

/* In the middle of other words, at any place, the same is found. */
START_TEST(anywhere)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	const struct secret *s;
	size_t n;

	for (int i = 0; i < 300; i++)
		buf_adds(&text, "All is well \303\251\344\270\255 today.\n");
	buf_adds(&text, "Password: Xk9mQ2v7\n");
	for (int i = 0; i < 300; i++)
		buf_adds(&text, "And so on, and on. ");
	n = secrets_find(secrets, text.data, text.len, &s);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(s[0].end - s[0].start, 8);
	ck_assert_int_eq(memcmp(text.data + s[0].start, "Xk9mQ2v7", 8), 0);
	ck_assert_uint_eq(secrets_redact(secrets, text.data, text.len, &out),
	    1);
	ck_assert_ptr_nonnull(strstr(out.data,
	    "Password: [secret: password]\n"));
	ck_assert_ptr_null(strstr(out.data, "Xk9mQ2v7"));
	/* What is masked holds nothing more. */
	ck_assert_uint_eq(secrets_find(secrets, out.data, out.len, &s), 0);
	buf_free(&text);
	buf_free(&out);
}
END_TEST

START_TEST(json)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "{\"a\":\"x\", \"n\":[1,{}],\"l\":[]}",
		    "{\"a\":\"x\", \"n\":[1,{}],\"l\":[]}" },
		{ "{\"s\":\"pw: ab12cd\", \"l\":[\"pw: ab12cd\",[],{}]}",
		    "{\"s\":\"pw: [secret: password]\",\"l\":["
		    "\"pw: [secret: password]\",[],{}]}" },
		{ "{\"id\":\"pw: ab12cd\",\"message_id\":\"pw: ab12cd\"}",
		    "{\"id\":\"pw: ab12cd\",\"message_id\":\"pw: ab12cd\"}" },
		{ "{\"t\":\"pw: a\\u006212\\\"12\\nnext\"}",
		    "{\"t\":\"pw: [secret: password]\\\"12\\nnext\"}" },
		/* Ranges of the text move along, those around it too. */
		{ "{\"text\":\"a\\npw: ab12cd\\n> b\\n\",\"quoted\":[[0,2],"
		    "[13,17]],\"forwarded\":{\"text\":[2,17]}}",
		    "{\"text\":\"a\\npw: [secret: password]\\n> b\\n\","
		    "\"quoted\":[[0,2],[25,29]],\"forwarded\":"
		    "{\"text\":[2,29]}}" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf b = BUF_INIT;

		secrets_redact_json(secrets, rows[i].in, strlen(rows[i].in),
		    &b);
		ck_assert_str_eq(b.data, rows[i].out);
		buf_free(&b);
	}
}
END_TEST

static void
told(void *arg, const char *file, int line, const char *what)
{
	(void)arg;
	printf("# %s:%d: %s\n", file, line, what);
}

START_TEST(examples)
{
	ck_assert_uint_eq(secrets_lint(secrets, told, NULL), 0);
}
END_TEST

START_TEST(refuses)
{
	static const struct { const char *yaml, *why; } rows[] = {
		{ "secrets: x", "x:1: secrets is not a list" },
		{ "secrets:\n  - name: a", "x:2: a secret needs a name" },
		{ "secrets:\n  - {name: a, pattern: '('}", "x:2: pattern at" },
		{ "secrets:\n  - {name: a, pattern: b, check: c}",
		    "x:2: there is no check 'c'" },
		{ "secrets: []\nplaceholders: [~]", "x:2: an empty word" },
		{ "secrets: []\nsecret: []", "x:2: " },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct secrets *s = NULL;
		struct yaml *root;
		struct err e = { 0 };

		ck_assert_int_eq(yaml_parse(&arena, "x", rows[i].yaml,
		    strlen(rows[i].yaml), &root, &e), 0);
		ck_assert_int_eq(secrets_load(&s, root, &e), -1);
		ck_assert_msg(strncmp(e.text, rows[i].why,
		    strlen(rows[i].why)) == 0, "%s", e.text);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("secret");
	TCase *t = tcase_create("secret");

	tcase_add_unchecked_fixture(t, load, unload);
	tcase_add_loop_test(t, finds, 0,
	    (int)(sizeof(found) / sizeof(*found)));
	tcase_add_loop_test(t, leaves, 0,
	    (int)(sizeof(clean) / sizeof(*clean)));
	tcase_add_test(t, anywhere);
	tcase_add_test(t, json);
	tcase_add_test(t, examples);
	tcase_add_test(t, refuses);
	suite_add_tcase(s, t);
	return unit_main(s);
}
