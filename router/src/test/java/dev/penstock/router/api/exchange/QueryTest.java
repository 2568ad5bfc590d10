package dev.penstock.router.api.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryTest {
  /** Values are what Python's parse_qsl made of these queries. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "a=1;b=2 1;b=2",
        "a=40%;x 40%;x",
        "a=% %",
        "a=%zz %zz",
        "a=%4 %4",
        "a=4%30 40",
        "a=1&a=2 2",
        "a=2&b=3&a= ''",
        "a ''",
        "a&b=1 ''",
        "a=1=2 1=2",
        "&&&a=1&& 1",
        "=x&a=1 1",
        "%61=1 1",
        "a=%2B%26%3D%3B +&=;",
        "a=%C3%A9%e2%82%AC é€",
        "a=x%ffy x\ufffdy",
        "a=%ff%25 \ufffd%",
        "a=é é",
        "a=%%34%31 %41",
      })
  void parameters_are_read_as_the_reference_does(String query, String value) {
    assertThat(Query.parse(query).last("a")).isEqualTo(value);
  }

  @Test
  void plus_is_a_blank_and_nul_is_a_character() {
    assertThat(Query.parse("a=b+c%2B&b=%00+%20").last("a")).isEqualTo("b c+");
    assertThat(Query.parse("a=b+c%2B&b=%00+%20").last("b")).isEqualTo("\u0000  ");
  }

  @Test
  void what_is_not_there_is_null() {
    assertThat(Query.parse(null).last("a")).isNull();
    assertThat(Query.parse("").last("a")).isNull();
    assertThat(Query.parse("b=a").last("a")).isNull();
  }

  @Test
  void more_than_a_thousand_parameters_are_refused_rather_than_dropped() {
    assertThat(Query.parse("b=1&".repeat(999) + "a=1").last("a")).isEqualTo("1");
    assertThatThrownBy(() -> Query.parse("b=1&".repeat(1_000) + "a=1"))
        .hasMessageStartingWith("400")
        .hasMessageContaining("more than 1000 parameters");
  }
}
