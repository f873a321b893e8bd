package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeySample;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.PlanReport;
import dev.holdfast.protocol.wire.DecisionCountProto;
import dev.holdfast.protocol.wire.KeySampleProto;
import dev.holdfast.protocol.wire.NodeReportProto;
import dev.holdfast.protocol.wire.PartitionLoadProto;
import dev.holdfast.protocol.wire.PlanReportProto;
import dev.holdfast.protocol.wire.VerdictProto;
import dev.holdfast.protocol.wire.VitalsProto;
import java.util.SortedMap;
import java.util.TreeMap;

/** What nodes report to the controller, and what it reports of itself. */
final class ReportMapping {
  private ReportMapping() {}

  static NodeReportProto encode(NodeReport report) {
    NodeReport.Vitals vitals = report.vitals();
    NodeReportProto.Builder proto =
        NodeReportProto.newBuilder()
            .setStatus(StatusMapping.encode(report.status()))
            .setMapEpoch(report.mapEpoch())
            .setVitals(
                VitalsProto.newBuilder()
                    .setClockMicros(vitals.clockMicros())
                    .setCores(vitals.cores())
                    .setCpuShare(vitals.cpuShare())
                    .setStallMicros(vitals.stallMicros())
                    .setAstray(vitals.astray()));
    report.led().forEach(load -> proto.addLed(encode(load)));
    return proto.build();
  }

  static NodeReport decode(NodeReportProto proto) {
    VitalsProto vitals = proto.getVitals();
    return new NodeReport(
        StatusMapping.decode(proto.getStatus()),
        proto.getMapEpoch(),
        new NodeReport.Vitals(
            vitals.getClockMicros(),
            vitals.getCores(),
            vitals.getCpuShare(),
            vitals.getStallMicros(),
            vitals.getAstray()),
        proto.getLedList().stream().map(ReportMapping::decode).toList());
  }

  private static PartitionLoadProto encode(NodeReport.PartitionLoad load) {
    PartitionLoadProto.Builder proto =
        PartitionLoadProto.newBuilder()
            .setPartition(load.partition().value())
            .setEpoch(load.epoch())
            .setTerm(load.term())
            .setReads(load.reads())
            .setWrites(load.writes())
            .setBytes(load.bytes())
            .setHottestShare(load.keys().hottestShare())
            .setSequentialShare(load.keys().sequentialShare());
    load.keys().samples().forEach(sample -> proto.addSamples(encode(sample)));
    Bytes middle = load.middleKey();
    if (middle != null) {
      proto.setMiddleKey(Wire.share(middle));
    }
    return proto.build();
  }

  private static NodeReport.PartitionLoad decode(PartitionLoadProto proto) {
    return new NodeReport.PartitionLoad(
        new PartitionId(proto.getPartition()),
        proto.getEpoch(),
        proto.getTerm(),
        proto.getReads(),
        proto.getWrites(),
        proto.getBytes(),
        new NodeReport.Keys(
            proto.getSamplesList().stream().map(ReportMapping::decode).toList(),
            proto.getHottestShare(),
            proto.getSequentialShare()),
        proto.hasMiddleKey() ? Wire.share(proto.getMiddleKey()) : null);
  }

  private static KeySampleProto encode(KeySample sample) {
    KeySampleProto.Builder proto =
        KeySampleProto.newBuilder()
            .setWrite(sample.kind() == KeySample.Kind.WRITE)
            .setFirst(Wire.share(sample.first()))
            .setAbsent(sample.presence() == KeySample.Presence.ABSENT);
    if (!sample.last().equals(sample.first())) {
      proto.setLast(Wire.share(sample.last()));
    }
    return proto.build();
  }

  private static KeySample decode(KeySampleProto proto) {
    Bytes first = Wire.share(proto.getFirst());
    return new KeySample(
        proto.getWrite() ? KeySample.Kind.WRITE : KeySample.Kind.READ,
        first,
        proto.hasLast() ? Wire.share(proto.getLast()) : first,
        proto.getAbsent() ? KeySample.Presence.ABSENT : KeySample.Presence.STORED);
  }

  static PlanReportProto encode(PlanReport report) {
    PlanReportProto.Builder proto = PlanReportProto.newBuilder().addAllFindings(report.findings());
    for (PlanReport.Verdict verdict : report.verdicts()) {
      proto.addVerdicts(
          VerdictProto.newBuilder()
              .setPartition(verdict.partition().value())
              .setLabel(verdict.label())
              .setSentence(verdict.sentence()));
    }
    report
        .counts()
        .forEach(
            (label, count) ->
                proto.addCounts(DecisionCountProto.newBuilder().setLabel(label).setCount(count)));
    return proto.build();
  }

  static PlanReport decode(PlanReportProto proto) {
    SortedMap<String, Long> counts = new TreeMap<>();
    proto.getCountsList().forEach(count -> counts.put(count.getLabel(), count.getCount()));
    return new PlanReport(
        proto.getVerdictsList().stream()
            .map(
                verdict ->
                    new PlanReport.Verdict(
                        new PartitionId(verdict.getPartition()),
                        verdict.getLabel(),
                        verdict.getSentence()))
            .toList(),
        proto.getFindingsList(),
        counts);
  }
}
