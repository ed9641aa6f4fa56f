/* Cyrus SASL as a server: cyrus_peer PORT. The lines are described in peer.h. The environment names
 * the plug-ins (SASL_PATH) and the configuration (SASL_CONF_PATH, with a file anyrfc.conf in it).
 *
 * Options: cb=TYPE:BASE64, critical=1 (no success without the binding), external=NAME (who the
 * channel says it is), layers=SSF (the strongest layer offered), data=challenge (what the mechanism
 * sends at its end goes into a challenge of its own). */
#include <ctype.h>
#include <sasl/sasl.h>
#include <sasl/saslutil.h>

#include "peer.h"

static int plugins(void *context, const char **path) {
  (void)context;
  *path = getenv("SASL_PATH");
  return SASL_OK;
}

/* alice may act as anybody, and others as themselves. */
static int proxy(sasl_conn_t *connection, void *context, const char *as, unsigned as_length, const char *user,
                 unsigned user_length, const char *realm, unsigned realm_length, struct propctx *properties) {
  (void)connection, (void)context, (void)realm, (void)realm_length, (void)properties;
  if (user_length >= 5 && !strncmp(user, "alice", 5)) return SASL_OK;
  return as_length == user_length && !memcmp(as, user, as_length) ? SASL_OK : SASL_NOAUTHZ;
}

static char *decoded(const char *text, char *octets, unsigned *length) {
  *length = 0;
  if (!strcmp(text, "-")) return NULL;
  *octets = 0;
  if (!strcmp(text, "=")) return octets;
  if (sasl_decode64(text, (unsigned)strlen(text), octets, LINE, length)) fail("not base64");
  return octets;
}

static void put(const char *octets, unsigned length, int present) {
  static char text[2 * LINE];
  if (!present) strcpy(text, "-");
  else if (!length) strcpy(text, "=");
  else if (sasl_encode64(octets, length, text, sizeof text, NULL)) fail("too long");
  fprintf(to_client, " %s", text);
}

static void line_of(const char *word, const char *octets, unsigned length) {
  fputs(word, to_client);
  put(octets, length, 1);
  fputs("\n", to_client);
  fflush(to_client);
}

/* Sends back, in capital letters, what each protected buffer holds. */
static void echo(sasl_conn_t *connection) {
  static char line[LINE], octets[LINE], text[LINE];
  for (;;) {
    unsigned length, plain_length, sealed_length;
    const char *plain, *sealed;
    char *buffer = decoded(next_line(line), octets, &length);
    if (!buffer || sasl_decode(connection, buffer, length, &plain, &plain_length)) fail("not protected");
    for (unsigned i = 0; i < plain_length && i < LINE; i++) text[i] = (char)toupper((unsigned char)plain[i]);
    if (sasl_encode(connection, text, plain_length, &sealed, &sealed_length)) fail("cannot protect");
    line_of("L", sealed, sealed_length);
  }
}

static void session(const char *mechanism) {
  static char line[LINE], octets[LINE], binding_data[LINE];
  static sasl_channel_binding_t binding;
  sasl_security_properties_t security = {.maxbufsize = 65536};
  sasl_conn_t *connection;
  const char *out = NULL, *names[2] = {NULL, NULL};
  unsigned in_length, out_length = 0, flags = option("data") ? 0 : SASL_SUCCESS_DATA;
  if (sasl_server_new("imap", "localhost", "localhost", NULL, NULL, NULL, flags, &connection)) fail("no connection");
  if (option("layers")) security.max_ssf = (sasl_ssf_t)atoi(option("layers"));
  sasl_setprop(connection, SASL_SEC_PROPS, &security);
  if (option("external")) {
    sasl_ssf_t strength = 256;
    sasl_setprop(connection, SASL_SSF_EXTERNAL, &strength);
    sasl_setprop(connection, SASL_AUTH_EXTERNAL, option("external"));
  }
  if (option("cb")) {
    char *type = strdup(option("cb")), *data = strchr(type, ':');
    if (!data) fail("no binding");
    *data++ = 0;
    unsigned length;
    decoded(data, binding_data, &length);
    binding.name = type;
    binding.critical = option("critical") != NULL;
    binding.data = (unsigned char *)binding_data;
    binding.len = length;
    sasl_setprop(connection, SASL_CHANNEL_BINDING, &binding);
  }
  char *in = decoded(next_line(line), octets, &in_length);
  int code = sasl_server_start(connection, mechanism, in, in_length, &out, &out_length);
  while (code == SASL_CONTINUE) {
    line_of("S", out, out_length);
    in = decoded(next_line(line), octets, &in_length);
    code = sasl_server_step(connection, in, in_length, &out, &out_length);
  }
  if (code != SASL_OK) fail(sasl_errdetail(connection));
  const void *strength, *name;
  if (!sasl_getprop(connection, SASL_AUTHUSER, &name)) names[0] = name;
  if (!sasl_getprop(connection, SASL_USERNAME, &name)) names[1] = name;
  sasl_getprop(connection, SASL_SSF, &strength);
  fprintf(to_client, "OK %u", *(const sasl_ssf_t *)strength);
  for (int i = 0; i < 2; i++) put(names[i], names[i] ? (unsigned)strlen(names[i]) : 0, names[i] != NULL);
  int data = out && out_length && !option("data");
  put(out, data ? out_length : 0, data);
  fputs("\n", to_client);
  fflush(to_client);
  if (*(const sasl_ssf_t *)strength) echo(connection);
}

int main(int count, char **arguments) {
  static sasl_callback_t callbacks[] = {{SASL_CB_GETPATH, (int (*)(void))plugins, NULL},
                                        {SASL_CB_PROXY_POLICY, (int (*)(void))proxy, NULL},
                                        {SASL_CB_LIST_END, NULL, NULL}};
  if (count != 2 || sasl_server_init(callbacks, "anyrfc")) return 2;
  serve(arguments[1]);
}
