package dev.penstock.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code penstock local} in a process of its own. */
final class LocalServer implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("^ready local (http://[^ ]+)");

  private final Process process;
  private final URI uri;

  private LocalServer(Process process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  static LocalServer start(Path cache, String... options) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                "./penstock",
                "local",
                "--host=127.0.0.1",
                "--port=0",
                "--device=cpu",
                "--access-log=off",
                "--cache=" + cache));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader lines = process.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.find()) {
        return new LocalServer(process, URI.create(ready.group(1)));
      }
    }
    throw new IOException("the server ended before it was ready");
  }

  URI resolve(String path) {
    return uri.resolve(path);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
