#include "ledger/fsck.hpp"

#include <openssl/sha.h>

#include <unordered_map>

#include "ledger/fsck_facts.hpp"
#include "ledger/fsck_witnesses.hpp"

namespace evenkeel::ledger::fsck {
namespace {

Digest sha(std::string_view bytes) {
  Digest d;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), d.data());
  return d;
}

/// A cursor over entry bytes that fails once and for all.
struct Cursor {
  std::string_view rest;
  bool good = true;
  std::string_view take(std::size_t n) {
    if (!good || rest.size() < n) {
      good = false;
      return {};
    }
    auto part = rest.substr(0, n);
    rest = rest.substr(n);
    return part;
  }
  std::uint64_t be(std::size_t n) {
    std::uint64_t v = 0;
    for (unsigned char c : take(n)) v = (v << 8) + c;
    return v;
  }
  std::string str() { return std::string(take(be(4))); }
  Digest dig() {
    Digest d{};
    auto part = take(32);
    for (std::size_t i = 0; i < part.size(); ++i) d[i] = static_cast<unsigned char>(part[i]);
    return d;
  }
};

void length_prefixed(std::string& out, std::string_view text) {
  const auto n = static_cast<std::uint32_t>(text.size());
  const char head[4] = {char(n >> 24), char(n >> 16), char(n >> 8), char(n)};
  out.append(head, 4).append(text);
}

/// Root of a list of leaves, folded as they come: one pending hash for each set bit of the count.
class Fold {
 public:
  void add(Digest d) {
    std::uint64_t bit = count_++;
    while (bit & 1) {
      d = node_of(pending_.back(), d);
      pending_.pop_back();
      bit >>= 1;
    }
    pending_.push_back(d);
  }
  Digest root() const {
    if (pending_.empty()) return sha("");
    Digest d = pending_.back();
    for (auto it = pending_.rbegin() + 1; it != pending_.rend(); ++it) d = node_of(*it, d);
    return d;
  }
  std::string bytes() const {
    std::string all;
    for (const auto& d : pending_) all.append(reinterpret_cast<const char*>(d.data()), d.size());
    return all;
  }

 private:
  std::uint64_t count_ = 0;
  std::vector<Digest> pending_;
};

Digest row_digest(const std::string& table, const store::Row& row) {
  std::vector<std::pair<std::string, std::string>> parts;
  for (std::size_t i = 0; i < row.names.size(); ++i) {
    if (row.null(i)) continue;
    std::string value;
    if (const auto* n = std::get_if<std::int64_t>(&row.values[i])) {
      value = "i";
      length_prefixed(value, std::to_string(*n));
    } else if (const auto* t = std::get_if<std::string>(&row.values[i])) {
      value = "t";
      length_prefixed(value, *t);
    } else if (const auto* b = std::get_if<store::Blob>(&row.values[i])) {
      value = "b";
      length_prefixed(value, b->bytes);
    }
    parts.emplace_back(row.names[i], std::move(value));
  }
  std::sort(parts.begin(), parts.end());
  std::string bytes = "\1";
  length_prefixed(bytes, table);
  for (const auto& [name, value] : parts) {
    length_prefixed(bytes, name);
    bytes += value;
  }
  return sha(bytes);
}

}  // namespace

const std::vector<std::string> sealed_tables = {"definitions",
                                                "definitions_proposal",
                                                "delivery_baseline",
                                                "freeze_exception_request",
                                                "freeze_exception",
                                                "freeze_exception_denial",
                                                "freeze_exception_revocation",
                                                "window_proposal",
                                                "window_agreement",
                                                "debt",
                                                "debt_review",
                                                "line_stop",
                                                "change_taken_out",
                                                "sign_off_parts",
                                                "line_resumption",
                                                "line_exemption",
                                                "late_change",
                                                "late_change_admission",
                                                "scope_reading",
                                                "absence",
                                                "absence_end",
                                                "on_call_swap",
                                                "on_call_swap_end",
                                                "tier_override",
                                                "security_review",
                                                "assessment",
                                                "assessment_reading",
                                                "rollback_procedure",
                                                "rehearsal",
                                                "note_approval",
                                                "note_reading",
                                                "digest",
                                                "test_evidence",
                                                "sign_off",
                                                "waiver",
                                                "decision",
                                                "step_result",
                                                "health_verdict",
                                                "calibration",
                                                "incident_time",
                                                "delivery_report",
                                                "recommendation",
                                                "recommendation_answer",
                                                "health_report",
                                                "publication",
                                                "withdrawal",
                                                "ledger_key",
                                                "cosignature",
                                                "ledger_check"};

Digest leaf_of(std::string_view bytes) { return sha(std::string(1, '\0').append(bytes)); }
Digest node_of(const Digest& l, const Digest& r) {
  unsigned char buffer[65];
  buffer[0] = 1;
  std::copy(l.begin(), l.end(), buffer + 1);
  std::copy(r.begin(), r.end(), buffer + 33);
  return sha({reinterpret_cast<const char*>(buffer), 65});
}

bool proves(std::int64_t index, std::int64_t size, const Digest& leaf, const std::vector<Digest>& path, const Digest& root) {
  if (index < 0 || index >= size) return false;
  auto fn = static_cast<std::uint64_t>(index), sn = static_cast<std::uint64_t>(size - 1);
  Digest r = leaf;
  for (const auto& p : path) {
    if (sn == 0) return false;
    if ((fn & 1) || fn == sn) {
      r = node_of(p, r);
      if (!(fn & 1))
        while (fn != 0 && !(fn & 1)) {
          fn >>= 1;
          sn >>= 1;
        }
    } else
      r = node_of(r, p);
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == root;
}

bool extends(std::int64_t older_size, std::int64_t newer_size, const Digest& older, const Digest& newer, const std::vector<Digest>& path) {
  if (older_size <= 0 || older_size > newer_size) return false;
  if (older_size == newer_size) return path.empty() && older == newer;
  auto steps = path;
  if ((older_size & (older_size - 1)) == 0) steps.insert(steps.begin(), older);
  if (steps.empty()) return false;
  auto fn = static_cast<std::uint64_t>(older_size - 1), sn = static_cast<std::uint64_t>(newer_size - 1);
  while (fn & 1) {
    fn >>= 1;
    sn >>= 1;
  }
  Digest fr = steps.front(), sr = steps.front();
  for (std::size_t i = 1; i < steps.size(); ++i) {
    if (sn == 0) return false;
    if ((fn & 1) || fn == sn) {
      fr = node_of(steps[i], fr);
      sr = node_of(steps[i], sr);
      while (fn != 0 && !(fn & 1)) {
        fn >>= 1;
        sn >>= 1;
      }
    } else
      sr = node_of(sr, steps[i]);
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == older && sr == newer;
}

std::optional<Entry> read_entry(std::string_view bytes) {
  Cursor c{bytes};
  if (c.be(1) != 1) return {};
  Entry e;
  e.at = static_cast<std::int64_t>(c.be(8));
  for (auto* t : {&e.kind, &e.actor_kind, &e.actor, &e.on_behalf_of, &e.via, &e.subject, &e.release}) *t = c.str();
  for (auto n = c.be(4); n && c.good; --n) {
    auto name = c.str();
    auto value = c.str();
    e.facts.emplace_back(std::move(name), std::move(value));
  }
  for (auto n = c.be(4); n && c.good; --n) {
    auto t = c.str();
    auto id = c.str();
    e.sealed.push_back({std::move(t), std::move(id), c.dig()});
  }
  for (auto n = c.be(4); n && c.good; --n) {
    c.str();
    auto id = c.str();
    e.texts.push_back({std::move(id), c.dig()});
  }
  if (!c.good || !c.rest.empty()) return {};
  return e;
}

Digest row_digest(const std::string& table, const json::Object& columns) {
  std::vector<std::pair<std::string, std::string>> parts;
  for (const auto& [name, v] : columns) {
    if (v.is_null()) continue;
    std::string value;
    if (v.is_int64()) {
      value = "i";
      length_prefixed(value, std::to_string(v.get_int64()));
    } else {
      value = "t";
      length_prefixed(value, {v.get_string().data(), v.get_string().size()});
    }
    parts.emplace_back(std::string(name), std::move(value));
  }
  std::sort(parts.begin(), parts.end());
  std::string bytes = "\1";
  length_prefixed(bytes, table);
  for (const auto& [name, value] : parts) {
    length_prefixed(bytes, name);
    bytes += value;
  }
  return sha(bytes);
}

std::string hex_of(const Digest& d) {
  std::string out;
  for (unsigned char c : d) out += fmt::format("{:02x}", c);
  return out;
}
std::optional<Digest> digest_of(const std::string& hex) {
  Digest d{};
  if (hex.size() != 64) return {};
  for (std::size_t i = 0; i < 32; ++i) {
    const auto pair = hex.substr(2 * i, 2);
    if (pair.find_first_not_of("0123456789abcdef") != std::string::npos) return {};
    d[i] = static_cast<unsigned char>(std::stoi(pair, nullptr, 16));
  }
  return d;
}

namespace {

using Seals = std::unordered_map<std::string, std::pair<Digest, std::int64_t>>;  // "table\0id" -> hash, entry

/// ledger_seal is the index by which a row's entry is found: it must say what the entries say, no more and no less.
void compare_seal_index(store::Tx& tx, const Seals& seals, const Complain& complain) {
  std::int64_t found = 0;
  tx.exec("SELECT table_name, row_id, entry_id FROM ledger_seal", {}, [&](const store::Row& row) {
    const auto seal = seals.find(row.text(0) + '\0' + row.text(1));
    if (seal == seals.end())
      complain(-1, "seal_changed", fmt::format("ledger_seal names {} {}, which no entry sealed", row.text(0), row.text(1)));
    else if (seal->second.second != row.integer(2))
      complain(seal->second.second, "seal_changed",
               fmt::format("ledger_seal says that entry {} sealed {} {}", row.integer(2), row.text(0), row.text(1)));
    ++found;
  });
  if (found < static_cast<std::int64_t>(seals.size()))
    complain(-1, "seal_changed",
             fmt::format("ledger_seal lacks {} of {} seals", seals.size() - static_cast<std::size_t>(found), seals.size()));
}

/// Each proven text stands as it was written, or an entry says that it was erased.
void compare_texts(store::Tx& tx, const std::vector<std::pair<TextHash, std::int64_t>>& texts, const Facts& facts,
                   const Complain& complain) {
  std::unordered_map<std::string, std::pair<Digest, std::int64_t>> proven;
  for (const auto& [text, index] : texts) proven[text.id] = {text.hash, index};
  tx.exec("SELECT id, salt, body FROM erasable_text", {}, [&](const store::Row& row) {
    const auto known = proven.find(row.text(0));
    if (known == proven.end()) return complain(-1, "text_added", fmt::format("text {} is there, and no entry proves it", row.text(0)));
    const auto [hash, index] = known->second;
    proven.erase(known);
    if (row.null(1) && row.null(2)) {
      if (!facts.erased(row.text(0)))
        complain(index, "text_blanked", fmt::format("text {} of entry {} was emptied, and no entry says so", row.text(0), index));
    } else if (row.null(1) || row.null(2) || sha(row.blob(1) + row.text(2)) != hash)
      complain(index, "text_changed", fmt::format("text {} differs from what entry {} proves", row.text(0), index));
  });
  for (const auto& [id, proof] : proven)
    complain(proof.second, "text_missing",
             fmt::format("text {} of entry {} is gone; erasing leaves an empty row and an entry", id, proof.second));
}

}  // namespace

namespace {

/// Checkpoints that somebody kept, held against the roots of the ledger as it is read.
class Checkpoints {
 public:
  Checkpoints(const std::vector<Pinned>& kept, const std::vector<Expected>& witnessed) : all_(witnessed) {
    for (const auto& pinned : kept) all_.push_back({pinned, "the checkpoint"});
    for (const auto& one : all_) roots_[one.pinned.size];
    if (const auto none = roots_.find(0); none != roots_.end()) none->second = hex_of(sha(""));
  }
  void pass(std::int64_t size, const Fold& fold) {
    if (const auto wanted = roots_.find(size); wanted != roots_.end()) wanted->second = hex_of(fold.root());
  }
  void compare(std::int64_t entries, const Complain& complain) const {
    for (const auto& [pinned, by] : all_) {
      const auto& root = roots_.at(pinned.size);
      if (root.empty())
        complain(-1, "checkpoint_mismatch", fmt::format("{} saw {} entries, there are {}", by, pinned.size, entries));
      else if (root != pinned.root)
        complain(-1, "checkpoint_mismatch", fmt::format("the first {} entries are not those that {} saw", pinned.size, by));
    }
  }

 private:
  std::vector<Expected> all_;
  std::unordered_map<std::int64_t, std::string> roots_;  // by size; empty: not reached
};

}  // namespace

Report verify(store::Tx& tx, const std::vector<Pinned>& kept) {
  Report report;
  Fold fold;
  Seals seals;
  std::vector<std::pair<TextHash, std::int64_t>> texts;
  Facts facts;
  const auto complain = [&](std::int64_t index, const char* kind, std::string message) {
    report.problems.push_back({index, kind, std::move(message)});
  };
  const Witnesses witnesses{tx, complain};
  Checkpoints checkpoints{kept, witnesses.expected()};
  report.witnessed = witnesses.newest();

  std::int64_t expected = 0;
  tx.exec("SELECT id, kind, at, actor, subject, release_id, bytes, leaf FROM ledger_entry ORDER BY id", {}, [&](const store::Row& row) {
    const auto index = row.integer(0);
    while (expected < index) complain(expected, "entry_missing", fmt::format("entry {} is missing", expected)), ++expected;
    expected = index + 1;
    const auto& bytes = row.blob(6);
    const auto leaf = leaf_of(bytes);
    if (std::string_view(reinterpret_cast<const char*>(leaf.data()), 32) != row.blob(7))
      complain(index, "entry_changed", fmt::format("entry {}: its bytes do not fit its leaf hash", index));
    fold.add(leaf);
    ++report.entries;
    checkpoints.pass(report.entries, fold);
    auto e = read_entry(bytes);
    if (!e) {
      complain(index, "entry_changed", fmt::format("entry {}: its bytes cannot be read", index));
      return;
    }
    if (e->kind != row.text(1) || e->at != row.integer(2) || e->actor != row.text(3) || e->subject != row.text(4) ||
        e->release != row.text(5))
      complain(index, "column_changed", fmt::format("entry {} ({}): a column differs from its bytes", index, e->kind));
    facts.hear(index, *e);
    for (auto& s : e->sealed) seals[s.table + '\0' + s.id] = {s.hash, index};
    for (auto& t : e->texts) texts.emplace_back(std::move(t), index);
  });
  const auto root = fold.root();
  report.root = hex_of(root);
  bool has_head = false;
  tx.exec("SELECT size, roots FROM ledger_head WHERE id = 1", {}, [&](const store::Row& row) {
    has_head = true;
    const std::string roots = row.null(1) ? "" : row.blob(1);
    if (row.integer(0) != report.entries || roots != fold.bytes())
      complain(
          -1, "head_changed",
          fmt::format("the head says {} entries; the entries that are there ({}) hash to another root", row.integer(0), report.entries));
  });
  if (!has_head) complain(-1, "head_missing", "the ledger has no head: the next entry would begin a second history");
  checkpoints.compare(report.entries, complain);
  compare_seal_index(tx, seals, complain);
  for (const auto& table : sealed_tables) {
    tx.exec("SELECT * FROM " + table, {}, [&](const store::Row& row) {
      std::string id;
      for (std::size_t i = 0; i < row.names.size(); ++i)
        if (row.names[i] == "id") id = row.text(i);
      const auto seal = seals.find(table + '\0' + id);
      if (seal == seals.end()) {
        complain(-1, "row_unsealed", fmt::format("{} {} was added: no entry sealed it", table, id));
        return;
      }
      if (row_digest(table, row) != seal->second.first)
        complain(seal->second.second, "row_changed",
                 fmt::format("{} {} differs from what entry {} sealed", table, id, seal->second.second));
      seals.erase(seal);
    });
  }
  for (const auto& [key, seal] : seals) {
    const auto cut = key.find('\0');
    complain(seal.second, "row_missing",
             fmt::format("{} {}, sealed by entry {}, is gone", key.substr(0, cut), key.substr(cut + 1), seal.second));
  }
  compare_texts(tx, texts, facts, complain);
  facts.compare(tx, complain);
  std::stable_sort(report.problems.begin(), report.problems.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
  return report;
}

}  // namespace evenkeel::ledger::fsck
