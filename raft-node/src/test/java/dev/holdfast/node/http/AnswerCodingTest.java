package dev.holdfast.node.http;

import static dev.holdfast.node.http.AnswerCoding.DEFLATE;
import static dev.holdfast.node.http.AnswerCoding.GZIP;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seen of the service: scylladb/scylladb, test/alternator/test_compressed_response.py. */
class AnswerCodingTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip",
        "gzip, deflate",
        "GZIP, identity",
        "dog, gzip ,, cat",
        "gzip;q=0.8, deflate;q=0.5",
        "*",
        "*, deflate;q=0.5",
        "*, identity",
        "*;q=0.5,identity",
        "gzip;q=0.5,identity;q=0.8",
        "deflate;q=0.5, gzip;q=31",
        "gzip;q=31,deflate;q=51",
        "deflate;q=0.5, gzip;q=1;q=0.2",
        "deflate;q=0.5,gzip;q=0.x",
        "deflate;q=0.5,gzip;q=0. x",
        "deflate;q=-0.5,gzip;q=0.2",
        "gzip;q =0;q=1",
        "gzip;q=0, gzip;q=1, gzip;q=0",
        "br,identity;q=0.5,gzip;q=0.0001"
      })
  void gzipIsChosen(String accepted) {
    assertThat(AnswerCoding.chosen(accepted)).isEqualTo(GZIP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "br, identity, deflate, gzip",
        "br, gzip;q=0, deflate; q = 0.5 , identity;q=0",
        "*, deflate",
        "*, gzip;q=0.5",
        "deflate;q=0.5, gzip;q=0.2",
        "deflate;q=0.5,gzip;q=0."
      })
  void deflateIsChosen(String accepted) {
    assertThat(AnswerCoding.chosen(accepted)).isEqualTo(DEFLATE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "identity",
        "",
        "br",
        "zstd",
        "compress",
        "x-gzip",
        "gzip ;q=0",
        "identity;q=0",
        "*;q=0",
        "br;q=0.8,identity;q=0.5,*;q=0",
        "\"gzip\"",
        "gzip br",
        "gzip:q=1",
        "gzip;q= 0;q=1",
        "gzip; q=0;q=1",
        "gzip;nq=0;q=1"
      })
  void nothingIsCompressed(String accepted) {
    assertThat(AnswerCoding.chosen(accepted)).isNull();
  }

  @Test
  void aStarThatLeavesNothingChoosesNothing() {
    assertThat(AnswerCoding.chosen("*, gzip;q=0, deflate;q=0")).isNull();
  }
}
