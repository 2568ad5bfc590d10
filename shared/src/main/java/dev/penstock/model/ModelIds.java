package dev.penstock.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules of model ids: {@code dataset/version}, or a name without a slash. */
public final class ModelIds {
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final Pattern LEADING_ZEROS = Pattern.compile("^0+(?=[0-9])");

  private ModelIds() {}

  /**
   * The one spelling under which a model is looked up. A version that is a number loses its leading
   * zeros, as the hosted API reads it as an integer; everything else is kept as it is.
   *
   * @return null when this cannot be an id: an empty part, {@code .} or {@code ..}, or more than
   *     one slash
   */
  public static @Nullable String canonical(String spelling) {
    int slash = spelling.indexOf('/');
    if (slash < 0) {
      return isName(spelling) ? spelling : null;
    }
    String dataset = spelling.substring(0, slash);
    String version = spelling.substring(slash + 1);
    if (!isName(dataset) || !isName(version) || version.indexOf('/') >= 0) {
      return null;
    }
    return dataset
        + "/"
        + (NUMBER.matcher(version).matches()
            ? LEADING_ZEROS.matcher(version).replaceFirst("")
            : version);
  }

  private static boolean isName(String part) {
    return !part.isEmpty() && !part.equals(".") && !part.equals("..");
  }
}
