package dev.penstock.it.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A connection on which a test says what no client would say. */
public final class RawConnection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final Pattern STATUS = Pattern.compile("(?m)^HTTP/1\\.1 (\\d{3}) ");

  private final Socket socket;

  public RawConnection(URI router) {
    try {
      socket = new Socket(router.getHost(), router.getPort());
      socket.setSoTimeout(PATIENCE_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says something, as it is. */
  public RawConnection say(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says bytes until the other end does not listen any more; returns how many it took. */
  public long sayUntilCut(byte[] bytes, long most) {
    long said = 0;
    try {
      while (said < most) {
        socket.getOutputStream().write(bytes);
        said += bytes.length;
      }
    } catch (IOException cut) {
      return said;
    }
    return said;
  }

  /** Says no more, which ends a connection that has nothing under way, and hears the rest. */
  public String endAndHear() {
    try {
      socket.shutdownOutput();
      return hear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hears everything until the other end hangs up. */
  public String hear() {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException reset) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many answers there are in what was heard. */
  public static long answers(String heard) {
    return STATUS.matcher(heard).results().count();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
