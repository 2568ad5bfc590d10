package dev.penstock.config;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, for people who need not know in which language this is written. Whatever was
 * caught and becomes part of an answer goes through here: an exception that nobody wrote for them
 * speaks of classes, indices and nulls, and may be as long as what brought it about. The log has it
 * whole.
 */
public final class PlainWords {
  /** In characters. */
  public static final int LONGEST = 1_000;

  /** Texts are looked through up to there: patterns cost time. */
  private static final int LOOKED_THROUGH = 8 * LONGEST;

  private static final String INTERNAL = "internal error";

  /** Where the parser of JSON stopped, and in what object of ours it read. */
  private static final Pattern PLACE =
      Pattern.compile("\\s*\\bat \\[Source: [^;]*; line: (\\d+), column: (\\d+)]");

  private static final Pattern NOISE =
      Pattern.compile(
          "Failed to decode: ?|\\s*\\(\\(?[^()]{0,20}\\bcode \\d{1,9}[^()]{0,40}\\)?\\)|\\(null\\)");

  private static final Pattern JAVA =
      Pattern.compile(
          "\\b(?:java|javax|jdk|sun|com|org|io|ai|dev)\\.[\\w.$]{0,200}\\b[A-Z][\\w$]{0,100}(?:: (?=[A-Z(]))?"
              + "|\\b[A-Z]\\w{0,60}(?:Exception|Error)\\b(?:: (?=[A-Z(]))?"
              + "|\\b(?:Index|Range|begin|start|from|length|Array index out of range)\\b[^\"\\n]{0,60}"
              + " (?:out of bounds\\b[^\\n\".]{0,60}|length -?\\d+)"
              + "|Cannot \\w{1,20} [^\\n]{0,400}? because [^\\n]{0,400}? is null"
              + "|For input string: \"[^\"\\n]{0,400}\"?(?: under radix \\d+)?"
              + "|class \\S{1,200} cannot be cast to [^\\n]{0,400}"
              + "|arraycopy: [^\\n]{0,200}"
              + "|Java heap space|\\bnull\\b");

  private static final Pattern REPEATED =
      Pattern.compile(INTERNAL + "(?:[\\s:;,]{0,3}" + INTERNAL + "){1,50}");

  private PlainWords() {}

  /** What a caught exception says. */
  public static String of(Throwable caught) {
    if (caught instanceof OutOfMemoryError) {
      return "there is not enough memory";
    } else if (caught instanceof StackOverflowError) {
      return "it is nested too deeply";
    } else if (caught instanceof NoSuchFileException file) {
      return file.getFile() + " does not exist";
    } else if (caught instanceof AccessDeniedException file) {
      return file.getFile() + " may not be read";
    } else if (caught instanceof FileSystemException file && file.getReason() != null) {
      return of(file.getFile() + ": " + file.getReason());
    }
    return of(caught.getMessage());
  }

  /** A text that others have made, without Java and not too long. */
  public static String of(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return INTERNAL;
    }
    String words = text.length() > LOOKED_THROUGH ? text.substring(0, LOOKED_THROUGH) : text;
    words = PLACE.matcher(words).replaceAll(" in line $1, column $2");
    words = NOISE.matcher(words).replaceAll("");
    words = JAVA.matcher(words).replaceAll(INTERNAL);
    words = REPEATED.matcher(words).replaceAll(INTERNAL);
    return shortened(words);
  }

  /** A text of at most {@value #LONGEST} characters. */
  public static String shortened(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    int end = LONGEST - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }
}
