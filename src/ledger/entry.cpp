#include "ledger/entry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace evenkeel::ledger {
namespace {

class Writer {
 public:
  std::string bytes;
  void u32(std::size_t n) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += char(n >> shift);
  }
  void i64(std::int64_t n) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes += char(n >> shift);
  }
  void text(std::string_view t) {
    u32(t.size());
    bytes += t;
  }
  void hash(const Hash& h) { bytes += as_bytes(h); }
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : all_(bytes), left_(bytes) {}
  bool failed = false;
  std::size_t offset() const { return all_.size() - left_.size(); }
  bool at_end() const { return left_.empty(); }
  std::string_view take(std::size_t n) {
    if (left_.size() < n) {
      failed = true;
      left_ = {};
      return {};
    }
    const auto part = left_.substr(0, n);
    left_.remove_prefix(n);
    return part;
  }
  std::uint64_t number(std::size_t width) {
    std::uint64_t n = 0;
    for (const char c : take(width)) n = n << 8 | static_cast<unsigned char>(c);
    return n;
  }
  std::string text() { return std::string(take(number(4))); }
  Hash hash() {
    Hash h{};
    const auto part = take(32);
    std::copy(part.begin(), part.end(), h.begin());
    return h;
  }

 private:
  std::string_view all_, left_;
};

}  // namespace

std::string fact(const Entry& entry, std::string_view name) {
  for (const auto& [known, value] : entry.facts)
    if (known == name) return value;
  return {};
}

std::string spoken(std::string kind) {
  std::ranges::replace_if(kind, [](char c) { return c == '.' || c == '_'; }, ' ');
  return kind;
}

std::string entry_bytes(const Entry& e) {
  Writer w;
  w.bytes += char(1);
  w.i64(to_millis(e.at));
  for (const auto* t : {&e.kind, &e.actor_kind, &e.actor, &e.on_behalf_of, &e.via, &e.subject, &e.release}) w.text(*t);
  w.u32(e.facts.size());
  for (const auto& [name, value] : e.facts) {
    w.text(name);
    w.text(value);
  }
  w.u32(e.sealed.size());
  for (const auto& s : e.sealed) {
    w.text(s.table);
    w.text(s.id);
    w.hash(s.hash);
  }
  w.u32(e.texts.size());
  for (const auto& t : e.texts) {
    w.text(t.name);
    w.text(t.id);
    w.hash(t.hash);
  }
  return w.bytes;
}

Result<Entry> parse_entry(std::string_view bytes) {
  Reader r{bytes};
  if (r.number(1) != 1) return invalid("a ledger entry of an unknown format version; a newer evenkeel wrote it");
  Entry e;
  e.at = from_millis(static_cast<std::int64_t>(r.number(8)));
  for (auto* t : {&e.kind, &e.actor_kind, &e.actor, &e.on_behalf_of, &e.via, &e.subject, &e.release}) *t = r.text();
  for (auto n = r.number(4); n > 0 && !r.failed; --n) {
    auto name = r.text();
    e.facts.emplace_back(std::move(name), r.text());
  }
  for (auto n = r.number(4); n > 0 && !r.failed; --n) {
    SealedRow s;
    s.table = r.text();
    s.id = r.text();
    s.hash = r.hash();
    e.sealed.push_back(std::move(s));
  }
  for (auto n = r.number(4); n > 0 && !r.failed; --n) {
    TextProof t;
    t.name = r.text();
    t.id = r.text();
    t.hash = r.hash();
    e.texts.push_back(std::move(t));
  }
  if (r.failed || !r.at_end()) return invalid(fmt::format("a ledger entry that is cut or too long at byte {}", r.offset()));
  return e;
}

Hash leaf_hash(std::string_view bytes) {
  std::string buffer(1, '\0');
  buffer += bytes;
  return sha256(buffer);
}
Hash node_hash(const Hash& left, const Hash& right) {
  std::string buffer(1, '\1');
  buffer += as_bytes(left);
  buffer += as_bytes(right);
  return sha256(buffer);
}

void CompactRange::append(const Hash& leaf) {
  roots_.push_back(leaf);
  for (std::uint64_t n = size_; n & 1; n >>= 1) {  // every full pair on the right becomes one larger subtree
    const auto right = roots_.back();
    roots_.pop_back();
    roots_.back() = node_hash(roots_.back(), right);
  }
  ++size_;
}

Hash CompactRange::root() const {
  if (roots_.empty()) return sha256("");
  Hash root = roots_.back();
  for (std::size_t i = roots_.size() - 1; i-- > 0;) root = node_hash(roots_[i], root);
  return root;
}

}  // namespace evenkeel::ledger
