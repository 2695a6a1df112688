#include "ledger/fsck_facts.hpp"

#include <openssl/sha.h>

namespace evenkeel::ledger::fsck {
namespace {

std::string hex_sha(std::string_view bytes) {
  Digest d;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), d.data());
  return hex_of(d);
}

void put(std::string& out, std::string_view text) {
  const auto n = static_cast<std::uint32_t>(text.size());
  const char head[4] = {char(n >> 24), char(n >> 16), char(n >> 8), char(n)};
  out.append(head, 4).append(text);
}

std::string fact_of(const Entry& e, std::string_view name) {
  for (const auto& [key, value] : e.facts)
    if (key == name) return value;
  return {};
}

/// JSON with members in byte order of their keys.
std::string in_order(const json::Value& v) {
  std::string out;
  if (const auto* object = v.if_object()) {
    std::map<std::string, std::string> members;
    for (const auto& [key, item] : *object) members.emplace(key, in_order(item));
    out = "{";
    for (const auto& [key, item] : members) {
      put(out, key);
      put(out, item);
    }
    return out + "}";
  }
  if (const auto* array = v.if_array()) {
    out = "[";
    for (const auto& item : *array) put(out, in_order(item));
    return out + "]";
  }
  return json::dump(v);
}

/// Only members that say something: a field that a later version added, at its default, is as if it were not there.
std::string in_order_without_silent(const std::string& text) {
  static const std::set<std::string> silent{"null", "\"\"", "0", "false", "[]", "{}"};
  auto v = json::parse(text);
  if (!v || !v->is_object()) return "not an object";
  json::Object said;
  for (const auto& [key, item] : v->get_object())
    if (!silent.contains(json::dump(item))) said[key] = item;
  return in_order(said);
}

}  // namespace

void Facts::hear(std::int64_t index, const Entry& e) {
  const auto& kind = e.kind;
  const auto dot = kind.find('.');
  const std::string_view area = std::string_view(kind).substr(0, dot);
  if (area == "release") {
    if (kind == "release.planned") {
      stages_[e.subject] = {"planning", index};
      outcomes_[e.subject] = {"open", index};
    } else if (kind == "release.stage_entered")
      stages_[e.subject] = {fact_of(e, "to"), index};
    else if (kind == "release.cancelled" || kind == "release.rolled_back")
      outcomes_[e.subject] = {kind.substr(dot + 1), index};
    else if (kind == "release.declared_healthy")
      outcomes_[e.subject] = {"shipped", index};
  } else if (area == "note") {
    const auto hash = fact_of(e, "body_sha256");
    if (hash.empty()) return;  // written before the words were sealed
    if (kind == "note.translated")
      translations_[e.subject + "/" + fact_of(e, "locale")] = {hash, index};
    else
      notes_[e.subject] = {hash, index};
  } else if (kind == "communication.delivered") {
    if (const auto hash = fact_of(e, "body_sha256"); !hash.empty())
      for (const auto& s : e.sealed)
        if (s.table == "publication") published_[s.id] = {hash, index};
  } else if (kind == "run.started") {
    if (const auto hash = fact_of(e, "steps_sha256"); !hash.empty()) orders_[e.subject] = {hash, index};
  } else if (kind == "token.issued" || kind == "session.started")
    tokens_[e.subject] = {fact_of(e, "person") + " " + fact_of(e, "scope"), index};
  else if (kind == "token.revoked")
    revoked_tokens_[e.subject] = index;
  else if (kind == "account.set_up")
    first_admins_.insert(e.subject);
  else if (kind == "checkpoint.contradicted")
    contradicted_[fact_of(e, "witness")] = index;
  else if (kind == "checkpoint.witnessed")
    contradicted_.erase(fact_of(e, "witness"));
  else if (kind == "text.erased")
    erased_.insert(e.subject);
  else if (kind == "retention.applied" && fact_of(e, "of") == "step_outputs")
    outputs_kept_since_ = std::max<std::int64_t>(outputs_kept_since_, std::atoll(fact_of(e, "before_ms").c_str()));
}

void Facts::compare(store::Tx& tx, const Complain& complain) const {
  compare_releases(tx, complain);
  compare_words(tx, complain);
  compare_orders(tx, complain);
  compare_attempts(tx, complain);
  compare_grants(tx, complain);
  compare_tokens(tx, complain);
  tell_contradictions(complain);
}

void Facts::tell_contradictions(const Complain& complain) const {
  for (const auto& [witness, index] : contradicted_)
    complain(index, "witness_contradicts", fmt::format("witness {} has seen another history, and has not cosigned since", witness));
}

void Facts::compare_releases(store::Tx& tx, const Complain& complain) const {
  auto unseen = stages_;
  tx.exec("SELECT id, stage, outcome FROM release", {}, [&](const store::Row& row) {
    const auto stage = stages_.find(row.text(0));
    if (stage == stages_.end()) return complain(-1, "fact_added", fmt::format("release {} is there, and no entry planned it", row.text(0)));
    unseen.erase(row.text(0));
    const auto known = outcomes_.find(row.text(0));  // none: the entry that planned it cannot be read
    const auto outcome = known == outcomes_.end() ? Told{"open", -1} : known->second;
    if (row.text(1) != stage->second.value)
      complain(stage->second.index, "fact_changed",
               fmt::format("release {} stands in {}; the last entry about it says {}", row.text(0), row.text(1), stage->second.value));
    if (row.text(2) != outcome.value)
      complain(outcome.index, "fact_changed",
               fmt::format("release {} has the outcome {}; the entries say {}", row.text(0), row.text(2), outcome.value));
  });
  for (const auto& [id, told] : unseen) complain(told.index, "fact_missing", fmt::format("release {} is gone", id));
}

void Facts::compare_words(store::Tx& tx, const Complain& complain) const {
  const auto compare_with = [&](const char* sql, const ById& told, const char* what) {
    auto unseen = told;
    tx.exec(sql, {}, [&](const store::Row& row) {
      const auto known = told.find(row.text(0));
      if (known == told.end()) return;  // from before the words were sealed
      unseen.erase(row.text(0));
      if (hex_sha(row.text(1)) != known->second.value)
        complain(known->second.index, "words_changed",
                 fmt::format("{} {} is not worded as entry {} says", what, row.text(0), known->second.index));
    });
    return unseen;
  };
  const auto gone = [&](const ById& unseen, const char* what) {
    for (const auto& [id, told] : unseen) complain(told.index, "fact_missing", fmt::format("{} {} is gone", what, id));
  };
  gone(compare_with("SELECT id, body FROM note", notes_, "note"), "note");
  gone(compare_with("SELECT id, body FROM note_translation", translations_, "translation"), "translation");
  compare_with("SELECT id, body FROM public_note", published_, "the public note");  // not each publication is on the page
}

void Facts::compare_orders(store::Tx& tx, const Complain& complain) const {
  std::unordered_map<std::string, std::string> bytes;
  tx.exec("SELECT run_id, position, service, environment, target, owner, phase, spec, variables FROM step ORDER BY run_id, position", {},
          [&](const store::Row& row) {
            if (!orders_.contains(row.text(0))) return;
            auto& out = bytes.try_emplace(row.text(0), "\1").first->second;
            put(out, std::to_string(row.integer(1)));
            for (std::size_t i = 2; i <= 6; ++i) put(out, row.text(i));
            put(out, in_order_without_silent(row.text(7)));
            const auto variables = json::parse(row.text(8));
            put(out, variables ? in_order(*variables) : "");
          });
  for (const auto& [run, told] : orders_)
    if (const auto found = bytes.find(run); hex_sha(found == bytes.end() ? std::string("\1") : found->second) != told.value)
      complain(told.index, "order_changed", fmt::format("the steps of run {} are not those that were ordered", run));
}

void Facts::compare_attempts(store::Tx& tx, const Complain& complain) const {
  tx.exec(
      "SELECT a.id, a.state, a.output, a.exit_code, r.outcome, r.output_hash, r.exit_code, r.ended_at FROM step_result r LEFT JOIN "
      "step_attempt a ON a.id = r.id",
      {}, [&](const store::Row& row) {
        if (row.null(0)) return complain(-1, "fact_missing", "an attempt is gone whose result is sealed");
        if (row.text(1) != row.text(4) || row.null(3) != row.null(6) || (!row.null(3) && row.integer(3) != row.integer(6)))
          complain(-1, "fact_changed", fmt::format("attempt {} is said to have ended otherwise than its sealed result", row.text(0)));
        const bool cleared = row.text(2).empty() && row.integer(7) < outputs_kept_since_;
        if (!cleared && hex_sha(row.text(2)) != row.text(5))
          complain(-1, "output_changed", fmt::format("the output of attempt {} is not what its sealed result saw", row.text(0)));
      });
}

void Facts::compare_grants(store::Tx& tx, const Complain& complain) const {
  const auto body = tx.value("SELECT body FROM definitions ORDER BY number DESC LIMIT 1");
  const auto read = body ? json::parse(std::get<std::string>(*body)) : Result<json::Value>(json::Value(json::Object{}));
  if (!read) return complain(-1, "row_changed", "the newest definitions cannot be read");
  std::map<std::string, std::string> ids;  // login -> person
  tx.exec("SELECT login, id FROM person", {}, [&](const store::Row& row) { ids[row.text(0)] = row.text(1); });
  std::set<std::string> wanted;  // "person role area"
  if (const auto* object = read->if_object(); object && object->contains("people"))
    for (const auto& person : object->at("people").as_array())
      for (const auto& role : person.at("roles").as_array())
        for (const auto& area : role.at("areas").as_array())
          wanted.insert(fmt::format("{} {} {}", ids[std::string(person.at("login").as_string())],
                                    std::string_view(role.at("role").as_string()), std::string_view(area.as_string())));
  tx.exec("SELECT person_id, role, area FROM grant_of_role", {}, [&](const store::Row& row) {
    const bool first = first_admins_.contains(row.text(0)) && row.text(1) == "admin" && row.text(2) == "*";
    if (wanted.erase(fmt::format("{} {} {}", row.text(0), row.text(1), row.text(2))) == 0 && !first)
      complain(-1, "grant_added",
               fmt::format("person {} has the role {} in {}; the definitions give it to nobody like that", row.text(0), row.text(1),
                           row.text(2) == "*" ? "every area" : row.text(2)));
  });
  for (const auto& grant : wanted) complain(-1, "grant_missing", fmt::format("the definitions grant {}, and it is not there", grant));
}

void Facts::compare_tokens(store::Tx& tx, const Complain& complain) const {
  tx.exec("SELECT id, person_id, scope, revoked_at FROM api_token", {}, [&](const store::Row& row) {
    const auto told = tokens_.find(row.text(0));
    if (told == tokens_.end()) return complain(-1, "token_added", fmt::format("token {} is there, and no entry issued it", row.text(0)));
    if (row.text(1) + " " + row.text(2) != told->second.value)
      complain(told->second.index, "token_changed", fmt::format("token {} is of another person or scope than was issued", row.text(0)));
    if (row.null(3) && revoked_tokens_.contains(row.text(0)))
      complain(revoked_tokens_.at(row.text(0)), "token_changed", fmt::format("token {} was revoked, and is valid again", row.text(0)));
  });
}

}  // namespace evenkeel::ledger::fsck
