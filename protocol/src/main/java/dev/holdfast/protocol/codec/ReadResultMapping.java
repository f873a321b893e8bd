package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.OpenAttempt;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.wire.AttemptsProto;
import dev.holdfast.protocol.wire.FoundProto;
import dev.holdfast.protocol.wire.FoundTableProto;
import dev.holdfast.protocol.wire.MergesProto;
import dev.holdfast.protocol.wire.ObservedProto;
import dev.holdfast.protocol.wire.OpenAttemptProto;
import dev.holdfast.protocol.wire.PageProto;
import dev.holdfast.protocol.wire.ReadResultProto;
import dev.holdfast.protocol.wire.SplitsProto;
import dev.holdfast.protocol.wire.TableNamesProto;
import dev.holdfast.protocol.wire.TogetherProto;
import java.util.ArrayList;
import java.util.List;

/** What reads return. */
final class ReadResultMapping {
  private ReadResultMapping() {}

  static ReadResultProto encode(ReadResult result) {
    ReadResultProto.Builder proto = ReadResultProto.newBuilder();
    if (result instanceof ReadResult.Found found) {
      proto.setFound(encode(found));
    } else if (result instanceof ReadResult.Page page) {
      proto.setPage(encode(page));
    } else if (result instanceof ReadResult.Refused refused) {
      proto.setRefused(ResultMapping.encode(refused.rejection()));
    } else if (result instanceof ReadResult.Merges merges) {
      proto.setMerges(
          MergesProto.newBuilder()
              .addAllMerges(merges.merges().stream().map(MergeMapping::encode).toList()));
    } else if (result instanceof ReadResult.Splits splits) {
      proto.setSplits(
          SplitsProto.newBuilder()
              .addAllOperations(splits.operations().stream().map(ClusterMapping::encode).toList())
              .addAllKept(splits.kept().stream().map(PartitionId::value).toList()));
    } else if (result instanceof ReadResult.Members members) {
      proto.setMembers(MembershipMapping.encode(members));
    } else if (result instanceof ReadResult.Settled settled) {
      proto.setSettled(TransactionMapping.encode(settled.outcome()));
    } else if (result instanceof ReadResult.Observed observed) {
      proto.setObserved(encode(observed));
    } else if (result instanceof ReadResult.Attempts attempts) {
      proto.setAttempts(encode(attempts));
    } else if (result instanceof ReadResult.Together together) {
      proto.setTogether(
          TogetherProto.newBuilder()
              .addAllItems(together.items().stream().map(ReadResultMapping::encode).toList()));
    } else if (result instanceof ReadResult.Segments segments) {
      proto.setSegments(ChangeMapping.encode(segments));
    } else if (result instanceof ReadResult.Changes changes) {
      proto.setChanges(ChangeMapping.encode(changes));
    } else if (result instanceof ReadResult.Undelivered undelivered) {
      proto.setUndelivered(ChangeMapping.encode(undelivered));
    } else if (result instanceof ReadResult.Indexed indexed) {
      proto.setIndexed(IndexMapping.encode(indexed));
    } else if (result instanceof ReadResult.Unfilled unfilled) {
      proto.setUnfilled(IndexMapping.encode(unfilled));
    } else if (result instanceof ReadResult.ChangeLogs logs) {
      proto.setChangeLogs(ChangeMapping.encode(logs));
    } else if (result instanceof ReadResult.Expired expired) {
      proto.setExpired(ExpiryMapping.encode(expired));
    } else if (result instanceof ReadResult.Map map) {
      proto.setMap(ClusterMapping.encode(map.map()));
    } else if (result instanceof ReadResult.Table table) {
      proto.setTable(encode(table));
    } else if (result instanceof ReadResult.TableNames tables) {
      proto.setTableNames(
          TableNamesProto.newBuilder().addAllNames(tables.names()).setMore(tables.more()));
    }
    return proto.build();
  }

  static ReadResult decode(ReadResultProto proto) {
    return switch (proto.getBodyCase()) {
      case FOUND -> decode(proto.getFound());
      case PAGE -> decode(proto.getPage());
      case REFUSED -> new ReadResult.Refused(ResultMapping.decode(proto.getRefused()));
      case MERGES ->
          new ReadResult.Merges(
              proto.getMerges().getMergesList().stream().map(MergeMapping::decode).toList());
      case SPLITS ->
          new ReadResult.Splits(
              proto.getSplits().getOperationsList().stream().map(ClusterMapping::decode).toList(),
              proto.getSplits().getKeptList().stream().map(PartitionId::new).toList());
      case MEMBERS -> MembershipMapping.decode(proto.getMembers());
      case SETTLED -> new ReadResult.Settled(TransactionMapping.decode(proto.getSettled()));
      case OBSERVED -> decode(proto.getObserved());
      case ATTEMPTS ->
          new ReadResult.Attempts(
              proto.getAttempts().getAttemptsList().stream()
                  .map(ReadResultMapping::decode)
                  .toList());
      case TOGETHER ->
          new ReadResult.Together(
              proto.getTogether().getItemsList().stream().map(ReadResultMapping::decode).toList());
      case SEGMENTS -> ChangeMapping.decode(proto.getSegments());
      case CHANGES -> ChangeMapping.decode(proto.getChanges());
      case UNDELIVERED -> ChangeMapping.decode(proto.getUndelivered());
      case INDEXED -> IndexMapping.decode(proto.getIndexed());
      case UNFILLED -> IndexMapping.decode(proto.getUnfilled());
      case CHANGE_LOGS -> ChangeMapping.decode(proto.getChangeLogs());
      case EXPIRED -> ExpiryMapping.decode(proto.getExpired());
      case MAP -> new ReadResult.Map(ClusterMapping.decode(proto.getMap()));
      case TABLE ->
          new ReadResult.Table(
              proto.getTable().hasTable()
                  ? TableMapping.decode(proto.getTable().getTable())
                  : null);
      case TABLE_NAMES ->
          new ReadResult.TableNames(
              proto.getTableNames().getNamesList(), proto.getTableNames().getMore());
      case BODY_NOT_SET -> throw Wire.unknown("result of a read");
    };
  }

  private static FoundProto encode(ReadResult.Found found) {
    FoundProto.Builder proto = FoundProto.newBuilder().setItemBytes(found.itemBytes());
    Item item = found.item();
    if (item != null) {
      proto.setItem(Wire.item(item));
    }
    return proto.build();
  }

  private static ReadResult.Found decode(FoundProto proto) {
    return new ReadResult.Found(
        proto.hasItem() ? Wire.item(proto.getItem()) : null, proto.getItemBytes());
  }

  private static ObservedProto encode(ReadResult.Observed observed) {
    ObservedProto.Builder proto =
        ObservedProto.newBuilder().setNow(encode(observed.now())).setVersion(observed.version());
    Attempt writer = observed.writer();
    if (writer != null) {
      proto.setWriter(TransactionMapping.encode(writer));
    }
    ReadResult.Found afterwards = observed.afterwards();
    if (afterwards != null) {
      proto.setAfterwards(encode(afterwards));
    }
    return proto.build();
  }

  private static ReadResult.Observed decode(ObservedProto proto) {
    return new ReadResult.Observed(
        decode(proto.getNow()),
        proto.getVersion(),
        proto.hasWriter() ? TransactionMapping.decode(proto.getWriter()) : null,
        proto.hasAfterwards() ? decode(proto.getAfterwards()) : null);
  }

  private static AttemptsProto encode(ReadResult.Attempts attempts) {
    AttemptsProto.Builder proto = AttemptsProto.newBuilder();
    for (OpenAttempt open : attempts.attempts()) {
      proto.addAttempts(
          OpenAttemptProto.newBuilder()
              .setAttempt(TransactionMapping.encode(open.attempt()))
              .setOutcome(TransactionMapping.encode(open.outcome()))
              .addAllIntents(TransactionMapping.encodeKeys(open.intents()))
              .addAllUnconfirmed(TransactionMapping.encodeKeys(open.unconfirmed())));
    }
    return proto.build();
  }

  private static OpenAttempt decode(OpenAttemptProto proto) {
    return new OpenAttempt(
        TransactionMapping.decode(proto.getAttempt()),
        TransactionMapping.decode(proto.getOutcome()),
        TransactionMapping.decodeKeys(proto.getIntentsList()),
        TransactionMapping.decodeKeys(proto.getUnconfirmedList()));
  }

  private static PageProto encode(ReadResult.Page page) {
    PageProto.Builder proto =
        PageProto.newBuilder()
            .setCount(page.count())
            .setScannedCount(page.scannedCount())
            .setScannedBytes(page.scannedBytes())
            .setReadBytes(page.readBytes())
            .setFetchedUnits(page.fetchedUnits())
            .setContinues(page.continues());
    page.items().forEach(item -> proto.addItems(Wire.item(item)));
    Item lastEvaluated = page.lastEvaluated();
    if (lastEvaluated != null) {
      proto.setLastEvaluated(Wire.item(lastEvaluated));
    }
    return proto.build();
  }

  private static ReadResult.Page decode(PageProto proto) {
    List<Item> items = new ArrayList<>(proto.getItemsCount());
    proto.getItemsList().forEach(item -> items.add(Wire.item(item)));
    return new ReadResult.Page(
        items,
        proto.getCount(),
        proto.getScannedCount(),
        proto.getScannedBytes(),
        proto.getReadBytes(),
        proto.getFetchedUnits(),
        proto.hasLastEvaluated() ? Wire.item(proto.getLastEvaluated()) : null,
        proto.getContinues());
  }

  private static FoundTableProto encode(ReadResult.Table found) {
    FoundTableProto.Builder proto = FoundTableProto.newBuilder();
    TableDescriptor table = found.table();
    if (table != null) {
      proto.setTable(TableMapping.encode(table));
    }
    return proto.build();
  }
}
