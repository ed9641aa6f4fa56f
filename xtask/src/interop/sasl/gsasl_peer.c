/* GNU SASL as a server: gsasl_peer PORT. The lines are described in peer.h.
 *
 * Options: cb=TYPE:BASE64, iter=N, data=challenge (what the mechanism sends at its end goes into a
 * challenge of its own), password=BASE64 (the password on file, `secret` otherwise). */
#include <gsasl.h>

#include "peer.h"

static char *decoded(const char *text, size_t *length) {
  char *octets = NULL;
  *length = 0;
  if (!strcmp(text, "-")) return NULL;
  if (!strcmp(text, "=")) return calloc(1, 1);
  if (gsasl_base64_from(text, strlen(text), &octets, length)) fail("not base64");
  return octets;
}

static void put(const char *octets, size_t length, int present) {
  char *text = NULL;
  if (!present) text = strdup("-");
  else if (!length) text = strdup("=");
  else if (gsasl_base64_to(octets, length, &text, NULL)) fail("out of memory");
  fprintf(to_client, " %s", text);
  free(text);
}

static int known(const char *user) { return user && (!strcmp(user, "alice") || !strcmp(user, "us,er=x")); }

static int callback(Gsasl *library, Gsasl_session *session, Gsasl_property property) {
  const char *binding = option("cb"), *colon = binding ? strchr(binding, ':') : NULL;
  size_t length, type = colon ? (size_t)(colon - binding) : 0;
  (void)library;
  char *password = option("password") ? decoded(option("password"), &length) : strdup("secret");
  switch (property) {
  case GSASL_PASSWORD:
    if (!known(gsasl_property_fast(session, GSASL_AUTHID))) return GSASL_NO_PASSWORD;
    return gsasl_property_set(session, property, password);
  case GSASL_REALM:
  case GSASL_HOSTNAME: return gsasl_property_set(session, property, "localhost");
  case GSASL_SERVICE: return gsasl_property_set(session, property, "imap");
  case GSASL_QOPS: return gsasl_property_set(session, property, "qop-auth");
  case GSASL_SCRAM_ITER: return gsasl_property_set(session, property, option("iter") ? option("iter") : "4096");
  case GSASL_CB_TLS_UNIQUE:
    if (type != 10 || strncmp(binding, "tls-unique", type)) return GSASL_NO_CALLBACK;
    return gsasl_property_set(session, property, colon + 1);
  case GSASL_CB_TLS_EXPORTER:
    if (type != 12 || strncmp(binding, "tls-exporter", type)) return GSASL_NO_CALLBACK;
    return gsasl_property_set(session, property, colon + 1);
  case GSASL_VALIDATE_SIMPLE: {
    const char *user = gsasl_property_fast(session, GSASL_AUTHID), *sent = gsasl_property_fast(session, GSASL_PASSWORD);
    return known(user) && sent && !strcmp(sent, password) ? GSASL_OK : GSASL_AUTHENTICATION_ERROR;
  }
  case GSASL_VALIDATE_EXTERNAL: {
    const char *as = gsasl_property_fast(session, GSASL_AUTHZID);
    return !as || !*as || known(as) ? GSASL_OK : GSASL_AUTHENTICATION_ERROR;
  }
  case GSASL_VALIDATE_ANONYMOUS:
  case GSASL_VALIDATE_GSSAPI: return GSASL_OK;
  default: return GSASL_NO_CALLBACK;
  }
}

static int server_first(const char *mechanism) {
  return !strcmp(mechanism, "LOGIN") || !strcmp(mechanism, "CRAM-MD5") || !strcmp(mechanism, "DIGEST-MD5");
}

static void challenge(const char *octets, size_t length) {
  fputs("S", to_client);
  put(octets, length, 1);
  fputs("\n", to_client);
  fflush(to_client);
}

static void session(const char *mechanism) {
  static char line[LINE];
  Gsasl *library;
  Gsasl_session *session;
  char *out = NULL;
  size_t in_length, out_length = 0;
  int code = gsasl_init(&library);
  if (!code) {
    gsasl_callback_set(library, callback);
    code = gsasl_server_start(library, mechanism, &session);
  }
  if (code) fail(gsasl_strerror(code));
  char *in = decoded(next_line(line), &in_length);
  if (!in && !server_first(mechanism)) {
    challenge("", 0);
    in = decoded(next_line(line), &in_length);
  }
  while ((code = gsasl_step(session, in, in_length, &out, &out_length)) == GSASL_NEEDS_MORE) {
    challenge(out, out_length);
    in = decoded(next_line(line), &in_length);
  }
  if (code) fail(gsasl_strerror(code));
  if (out_length && option("data")) {
    challenge(out, out_length);
    if (strcmp(next_line(line), "=")) fail("what ends the exchange is answered by nothing");
    out_length = 0;
  }
  const char *authcid = gsasl_property_fast(session, GSASL_AUTHID), *authzid = gsasl_property_fast(session, GSASL_AUTHZID);
  if (!authcid) authcid = gsasl_property_fast(session, GSASL_GSSAPI_DISPLAY_NAME);
  if (!authcid) authcid = gsasl_property_fast(session, GSASL_ANONYMOUS_TOKEN);
  fputs("OK 0", to_client);
  put(authcid, authcid ? strlen(authcid) : 0, authcid != NULL);
  put(authzid, authzid ? strlen(authzid) : 0, authzid != NULL);
  put(out, out_length, out_length != 0);
  fputs("\n", to_client);
  fflush(to_client);
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  serve(arguments[1]);
}
