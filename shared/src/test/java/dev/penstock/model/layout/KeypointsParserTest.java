package dev.penstock.model.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.PackageException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeypointsParserTest {
  @Test
  void names_are_ordered_by_their_numbers_and_classes_by_their_ids() throws Exception {
    String content =
        """
        [{"object_class_id": 1, "keypoints": {"0": "tip"}, "edges": []},
         {"object_class_id": 0, "keypoints": {"10": "tail", "2": "ear", "0": "nose"}}]""";

    assertThat(KeypointsParser.parse(content))
        .isEqualTo(List.of(List.of("nose", "ear", "tail"), List.of("tip")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                          | is not a JSON list
          [1]                                                         | is not a list of objects
          []                                                          | describes the classes []
          [{"object_class_id": 1, "keypoints": {}}]                   | describes the classes [1]
          [{"keypoints": {"0": "nose"}}]                              | object_class_id must be
          [{"object_class_id": 0}]                                    | keypoints must be an object
          [{"object_class_id": 0, "keypoints": {"0": 7}}]             | must be an object of texts
          [{"object_class_id": 0, "keypoints": {"nose": "nose"}}]     | has the member 'nose'
          """)
  void refuses_what_does_not_name_the_key_points_of_every_class(String content, String message) {
    assertThatThrownBy(() -> KeypointsParser.parse(content))
        .isInstanceOf(PackageException.class)
        .hasMessageContaining("keypoints_metadata.json")
        .hasMessageContaining(message);
  }
}
