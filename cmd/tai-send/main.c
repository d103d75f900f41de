#include "send.h"

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "run", send_run, "[-n] [--at-most-once]",
		    NEED_ORG | NEED_STORE | MAY_WRITE | NEED_SECRETS,
		    run_options,
		    run_option },
		{ "list", send_list, "[--all]", NEED_ORG | NEED_STORE,
		    list_options, list_option },
		{ "retry", send_retry, "ID...",
		    NEED_ORG | NEED_STORE | MAY_WRITE, NULL, NULL },
		{ "hold", send_hold, "ID...", NEED_ORG | NEED_STORE | MAY_WRITE,
		    NULL, NULL },
		{ "stuck", send_stuck, "", NEED_ORG | NEED_STORE, NULL,
		    NULL },
		{ 0 }
	};

	return cmd_main("tai-send", verbs, argc, argv);
}
