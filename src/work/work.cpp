#include "work/work.hpp"

#include "base/utf8.hpp"
#include "ledger/sealed_row.hpp"
#include "work/events.hpp"

namespace evenkeel {

std::string Work::write_text(const std::string& name, std::string_view body) {
  if (body.empty()) return {};
  texts_.back().push_back(ledger::write_text(tx, name, clean_text(body), now));
  return texts_.back().back().id;
}

bool Work::erase_text(const std::string& id) {
  if (!ledger::erase_text(tx, id)) return false;
  record(*this, TextErased{}, {.subject = id});
  return true;
}

void Work::enter(Record r) {
  records_.push_back(std::move(r));
  texts_.emplace_back();
}

JobId Work::enqueue(const NewJob& job) {
  const JobId id = new_id("job");
  const auto made = tx.exec(
      "INSERT INTO job (id, kind, payload, release_id, due_at, state, attempts, max_attempts, dedup_key, last_error, created_at) "
      "VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, $7, '', $8) ON CONFLICT (dedup_key) DO NOTHING",
      {id, job.kind, json::dump(job.payload), job.release, to_millis(job.due), std::int64_t{job.max_attempts}, job.dedup_key,
       to_millis(now)});
  if (made == 1) {
    enqueued_ = true;
    return id;
  }
  return JobId{std::get<std::string>(tx.value("SELECT id FROM job WHERE dedup_key = $1", {job.dedup_key}).value())};
}

bool Work::finish() {
  if (records_.empty()) return enqueued_;
  std::vector<ledger::Entry> entries;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    auto& r = records_[i];
    ledger::Entry e{now,
                    r.kind,
                    std::string(json::enum_text(actor.kind)),
                    actor.id,
                    actor.on_behalf_of,
                    std::string(json::enum_text(actor.via)),
                    r.subject,
                    r.release,
                    std::move(r.facts),
                    {},
                    std::move(texts_[i])};
    for (const auto& [table, id] : r.seals) e.sealed.push_back({table, id, ledger::sealed_row_hash(tx, table, id)});
    entries.push_back(std::move(e));
  }
  if (!texts_.back().empty()) throw std::logic_error("a text was written without an entry that proves it");
  ledger::append(tx, entries);
  return true;
}

}  // namespace evenkeel
