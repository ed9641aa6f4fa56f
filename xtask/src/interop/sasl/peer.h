/* What the peers in C share: a listener on loopback, one process a connection, and lines.
 *
 * A connection is one authentication. The client begins with a line MECHANISM [NAME=VALUE ...],
 * and goes on with its initial response. Octets are written `-` for none, `=` for empty, and in
 * base64 otherwise. The server answers
 *
 *   S OCTETS                          a challenge; a line of octets is expected
 *   OK SSF AUTHCID AUTHZID OCTETS     success, with the additional data at its end
 *   FAIL REASON                       failure, and the end
 *
 * After success each line of octets is a protected buffer: the server takes it apart, and sends
 * what was in it back in capital letters, protected by itself. */
#ifndef PEER_H
#define PEER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE = 1 << 17, OPTIONS = 16 };

static FILE *from_client, *to_client;
static char *option_texts[OPTIONS];
static int option_count;

/* The next line without its end; ends the process when there is none. */
static char *next_line(char *line) {
  if (!fgets(line, LINE, from_client)) exit(0);
  line[strcspn(line, "\r\n")] = 0;
  return line;
}

/* The value of an option of the first line, or NULL. */
static const char *option(const char *name) {
  size_t length = strlen(name);
  for (int i = 0; i < option_count; i++)
    if (!strncmp(option_texts[i], name, length) && option_texts[i][length] == '=')
      return option_texts[i] + length + 1;
  return NULL;
}

static void fail(const char *why) {
  fprintf(to_client, "FAIL %s\n", why ? why : "for no reason given");
  fflush(to_client);
  exit(0);
}

/* Reads the first line, and runs the authentication that it asks for. */
static void session(const char *mechanism);

static void serve(const char *port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int yes = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  signal(SIGCHLD, SIG_IGN);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 64)) {
    perror("listen");
    exit(2);
  }
  for (;;) {
    int client = accept(listener, NULL, NULL);
    if (client < 0) continue;
    if (fork()) {
      close(client);
      continue;
    }
    close(listener);
    from_client = fdopen(client, "r");
    to_client = fdopen(dup(client), "w");
    static char line[LINE];
    next_line(line);
    char *mechanism = strtok(line, " ");
    for (char *text; option_count < OPTIONS && (text = strtok(NULL, " "));) option_texts[option_count++] = text;
    session(mechanism ? mechanism : "");
    exit(0);
  }
}

#endif
