package dev.holdfast.statemachine.transaction.model;

import java.util.Arrays;

/**
 * A state of the whole. Items and partitions are numbered 0 and 1, attempts 1 and 2; merged, both
 * items are in partition 0. A value once it is in the explorer's hands.
 */
final class State {
  /** Who waits for a message that partitions hear. */
  private static final int NOBODY = -1;

  /** What a coordinator does. */
  static final int IDLE = 0;

  static final int PREPARING = 1;
  static final int DECIDING = 2;
  static final int ENDED = 3;

  /** A record: none, committed with and without intents elsewhere, aborted. */
  static final int NO_RECORD = 0;

  static final int COMMITTED_OPEN = 1;
  static final int COMMITTED = 2;
  static final int ABORTED = 3;

  /** A partition's time. */
  static final int BEFORE_DEADLINE = 0;

  static final int AFTER_DEADLINE = 1;
  static final int TRIMMED = 2;

  static final int APART = 0;
  static final int MERGED = 1;
  static final int APART_AGAIN = 2;

  /** The plain writer among those who write, beside the transactions 1 and 2. */
  static final int PLAIN = 3;

  /** A message of an attempt that was sent stays on its way for ever. */
  enum Message {
    PREPARE(1 << 0, NOBODY),
    PREPARED(1 << 1, PREPARING),
    NOT_PREPARED(1 << 2, PREPARING),
    /** Of a Prepare. */
    SPENT_BEFORE(1 << 3, PREPARING),
    DECIDE(1 << 4, NOBODY),
    COMMITTED(1 << 5, DECIDING),
    REFUSED(1 << 6, DECIDING),
    /** Of a Decide. */
    SPENT(1 << 7, DECIDING),
    COMMIT(1 << 8, NOBODY),
    ABORT(1 << 9, NOBODY),
    CONFIRM(1 << 10, NOBODY);

    private final int bit;
    private final int awaited;

    /**
     * @param awaited the stage of a coordinator that waits for it
     */
    Message(int bit, int awaited) {
      this.bit = bit;
      this.awaited = awaited;
    }
  }

  private static final int SHAPE = 0;
  private static final int CLOCK = 1;
  private static final int INTENT = 3;
  private static final int OVER = 5;
  private static final int RECORD = 7;
  private static final int TOKENS = 11;
  private static final int VALUE = 13;
  private static final int SENT = 15;
  private static final int COORDINATOR = 19;
  private static final int ANSWER = 21;
  private static final int READ_STAGE = 23;
  private static final int READ_ITEM = 24;
  private static final int READ_MUST = 25;
  private static final int READ_SEEN = 26;
  private static final int READ_INTENT = 27;
  private static final int PLANNED = 28;
  private static final int PLAIN_WRITTEN = 30;
  private static final int FIELD_COUNT = 31;

  private final byte[] fields;

  State() {
    this(new byte[FIELD_COUNT]);
  }

  private State(byte[] fields) {
    this.fields = fields;
  }

  State copy() {
    return new State(fields.clone());
  }

  int shape() {
    return fields[SHAPE];
  }

  void shape(int shape) {
    fields[SHAPE] = (byte) shape;
  }

  int partition(int item) {
    return shape() == MERGED ? 0 : item;
  }

  int clock(int partition) {
    return fields[CLOCK + partition];
  }

  void clock(int partition, int clock) {
    fields[CLOCK + partition] = (byte) clock;
  }

  /** The attempt that holds an item; 0 for none. */
  int intent(int item) {
    return fields[INTENT + item];
  }

  /** What the item will be when that attempt commits. */
  int planned(int item) {
    return fields[PLANNED + item];
  }

  void intent(int item, int attempt, int planned) {
    fields[INTENT + item] = (byte) attempt;
    fields[PLANNED + item] = (byte) planned;
  }

  /** A set of attempts that are over at a partition. */
  int over(int partition) {
    return fields[OVER + partition];
  }

  void over(int partition, int attempts) {
    fields[OVER + partition] = (byte) attempts;
  }

  int record(int partition, int attempt) {
    return fields[RECORD + 2 * partition + attempt - 1];
  }

  void record(int partition, int attempt, int record) {
    fields[RECORD + 2 * partition + attempt - 1] = (byte) record;
  }

  /** A set of transactions that a partition has carried out. */
  int tokens(int partition) {
    return fields[TOKENS + partition];
  }

  void tokens(int partition, int transactions) {
    fields[TOKENS + partition] = (byte) transactions;
  }

  /** Who has written an item, in order: two bits each, the last one lowest. */
  int value(int item) {
    return fields[VALUE + item];
  }

  void value(int item, int value) {
    fields[VALUE + item] = (byte) value;
  }

  /** A value with one more writer; three fit. */
  static int appended(int value, int writer) {
    return (value << 2 | writer) & 0x3f;
  }

  boolean plainWritten() {
    return fields[PLAIN_WRITTEN] != 0;
  }

  void setPlainWritten() {
    fields[PLAIN_WRITTEN] = 1;
  }

  boolean isSent(int attempt, Message message) {
    return (sent(attempt) & message.bit) != 0;
  }

  /** An answer that nobody waits for makes no difference. */
  void send(int attempt, Message message) {
    if (message.awaited == NOBODY || message.awaited == coordinator(attempt)) {
      sent(attempt, sent(attempt) | message.bit);
    }
  }

  private void sent(int attempt, int sent) {
    fields[SENT + 2 * attempt - 2] = (byte) (sent >>> 8);
    fields[SENT + 2 * attempt - 1] = (byte) sent;
  }

  private int sent(int attempt) {
    return (fields[SENT + 2 * attempt - 2] << 8) | (fields[SENT + 2 * attempt - 1] & 0xff);
  }

  int coordinator(int attempt) {
    return fields[COORDINATOR + attempt - 1];
  }

  void coordinator(int attempt, int stage) {
    fields[COORDINATOR + attempt - 1] = (byte) stage;
    int sent = 0;
    for (Message message : Message.values()) {
      if (message.awaited == NOBODY || message.awaited == stage) {
        sent |= sent(attempt) & message.bit;
      }
    }
    sent(attempt, sent);
  }

  /** What the client of an attempt was told: 0 nothing, 1 yes, 2 no. */
  int answer(int attempt) {
    return fields[ANSWER + attempt - 1];
  }

  void answer(int attempt, int answer) {
    fields[ANSWER + attempt - 1] = (byte) answer;
  }

  int readStage() {
    return fields[READ_STAGE];
  }

  void readStage(int stage) {
    fields[READ_STAGE] = (byte) stage;
  }

  int readItem() {
    return fields[READ_ITEM];
  }

  void readItem(int item) {
    fields[READ_ITEM] = (byte) item;
  }

  /** The writers that the read has to see. */
  int readMust() {
    return fields[READ_MUST];
  }

  void readMust(int writers) {
    fields[READ_MUST] = (byte) writers;
  }

  /** The reader's snapshot: writers, and the intent. */
  int readSeen() {
    return fields[READ_SEEN];
  }

  int readIntent() {
    return fields[READ_INTENT];
  }

  void readSnapshot(int writers, int intent) {
    fields[READ_SEEN] = (byte) writers;
    fields[READ_INTENT] = (byte) intent;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof State state && Arrays.equals(fields, state.fields);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(fields);
  }
}
