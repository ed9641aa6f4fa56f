"""Sends as many messages as it is told to, and says what that took: processor time and time on the wall."""

import smtplib
import sys
import time


def main():
    host, port, hello, sender, recipient, octets = sys.argv[1:]
    message = sys.stdin.buffer.read(int(octets))
    client = smtplib.SMTP(host, int(port), local_hostname=hello, timeout=60)
    client.ehlo()
    for line in sys.stdin.buffer:
        wall, spent = time.perf_counter_ns(), time.process_time_ns()
        for _ in range(int(line)):
            # Raises where the server refuses.
            client.sendmail(sender, [recipient], message)
        print(time.process_time_ns() - spent, time.perf_counter_ns() - wall, flush=True)
    client.quit()


main()
