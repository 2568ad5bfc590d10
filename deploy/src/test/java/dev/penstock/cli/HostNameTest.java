package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostNameTest {
  /** What --id accepts. */
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  @ParameterizedTest
  @CsvSource({"gpu7,gpu7", "gpu 7!,gpu-7-", "'gpu7\n',gpu7", "-x,x", "'',host", "...,host"})
  void makes_a_name_of_the_host_that_every_part_accepts(String host, String start) {
    assertThat(HostName.unique(host)).matches(NAME).matches(start + "-[0-9a-f]{4}");
  }

  @Test
  void keeps_long_names_short() {
    assertThat(HostName.unique("x".repeat(200))).matches(NAME);
  }

  @Test
  void differs_for_processes_on_one_host() {
    assertThat(Stream.generate(HostName::unique).limit(20).collect(Collectors.toSet()))
        .hasSizeGreaterThan(1)
        .allSatisfy(name -> assertThat(name).matches(NAME));
  }
}
