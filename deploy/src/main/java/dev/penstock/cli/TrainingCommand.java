package dev.penstock.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.cli.options.Converters;
import dev.penstock.cli.options.LogLevel;
import dev.penstock.cli.process.ServingProcess;
import dev.penstock.config.StartupException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Starts {@code local} on free ports, has it answer, and ends: the build runs it once to record the
 * classes of a start into a class-data archive.
 */
@Command(name = "training-run", hidden = true, description = "Starts, answers and ends.")
final class TrainingCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    LocalCommand local = new LocalCommand();
    CommandLine commandLine = new CommandLine(local);
    Converters.register(commandLine);
    commandLine.parseArgs("--port", "0", "--id", "training");
    ServingProcess process = ServingProcess.start(LogLevel.WARNING, spec.commandLine().getOut());
    LocalNodes nodes = local.start(process, 0);
    for (String model : nodes.preloaded()) {
      request("http://127.0.0.1:%d/%s?api_key=any".formatted(nodes.port(), model));
    }
    return 0;
  }

  private static void request(String url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "multipart/form-data; boundary=part");
    try (OutputStream body = connection.getOutputStream()) {
      body.write(
          "--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p\"\r\n\r\n"
              .getBytes(UTF_8));
      Files.copy(Installation.find().picture(), body);
      body.write("\r\n--part--\r\n".getBytes(UTF_8));
    }
    if (connection.getResponseCode() != 200) {
      throw new StartupException(url + " answered " + connection.getResponseCode());
    }
    connection.disconnect();
  }
}
