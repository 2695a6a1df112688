// A world for stories: a real `evenkeel serve` with a virtual clock on a database of its own, people with tokens, and the real command
// line. Everything is on 127.0.0.1 and free ports, in a folder that goes with the world.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/json.hpp"
#include "base/process.hpp"
#include "support/fresh_database.hpp"

namespace evenkeel::stories {

/// How a command ended.
struct Said {
  int code = 0;
  std::string out, err;
  json::Value json() const { return json::parse(out).value(); }
  /// Member as text ("run.state").
  std::string field(const std::string& path) const;
};

/// A started program of ours that writes its port: a fake, or the server.
class Program {
 public:
  Program(std::vector<std::string> argv, const std::string& port_file, const std::string& log);
  ~Program();
  void kill(int signal);
  int port() const { return port_; }
  int pid() const { return pid_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int pid_ = 0, port_ = 0;
};

/// The program under test.
std::string evenkeel_binary();

using testing_database::name_of;
using testing_database::On;
inline std::vector<On> databases() { return testing_database::everywhere(); }

/// The business time at which a story begins: a Tuesday morning, far from the ends of months and from clock changes, whatever day it is
/// outside. EVENKEEL_STORY_START names another (ctest -R stories_at_ runs them at each awkward one).
std::string start_of_stories();

/// The text with the first `from` in it replaced. Throws when there is none: a story must vary what it thinks it varies.
std::string edited(std::string text, std::string_view from, std::string_view to);

/// Waits until it holds; whether it came to within a minute: a machine under load is slow, not wrong.
bool in_time(const std::function<bool()>& holds);

class World {
 public:
  /// `yaml`: definitions; "@DIR@" stands for the world's folder. With real_time the business clock is the machine's.
  explicit World(On on, std::string yaml = small_shop(), bool real_time = false);
  ~World();

  /// One service (catalog) whose versions are a file; gates enforced; everybody in one role.
  static std::string small_shop();
  /// The same with these gates enforced too.
  static std::string strict_shop(const std::vector<std::string>& gates);

  Said as(const std::string& login, const std::vector<std::string>& words);
  /// A line as a person types it in a shell, in the world's folder; its `repo` is a git repository.
  Said shell(const std::string& login, const std::string& line);
  /// The same with --json; fails the test when the command does not exit 0.
  json::Value ask(const std::string& login, std::vector<std::string> words);
  Said get(const std::string& path, const std::string& login = "ada");
  /// A token of this person, made at first use.
  std::string token(const std::string& login);
  /// Moves the business clock: "15m" or a time; returns when everything due has run.
  void advance(const std::string& by);
  /// The same on a thread of its own, whatever comes of it: for a server that is killed meanwhile.
  std::jthread advancing(const std::string& by);
  std::string now();
  /// kill -9, and a new server on the same data, at the business time that was reached.
  void crash();
  void restart();
  void apply(const std::string& yaml);

  /// Plans 1.0.0 over 0.9.0 with a window from now for two hours, with changes from a git repository, everything ready but what the
  /// story leaves out.
  void plan(const std::string& version = "1.0.0", const std::string& from = "0.9.0", const std::vector<std::string>& more = {});
  void rehearse(const std::string& version = "1.0.0");
  void evidence(const std::string& version = "1.0.0");
  void sign(const std::string& version = "1.0.0");
  /// Everything up to go.
  void ready(const std::string& version = "1.0.0", const std::vector<std::string>& more = {});
  /// Up to go, the go itself, and the whole sequence run.
  void deploy(const std::string& version = "1.0.0", const std::vector<std::string>& more = {});
  /// What runs is tagged; the next version with one more commit goes out the same way, without waiting for its end.
  void start_next(const std::string& version, const std::string& from, const std::string& commit);
  /// A shell script in the story's git repository (made by plan), with a committer and no surprises.
  void git(const std::string& script);

  std::string stage(const std::string& version = "1.0.0");
  /// One gate of the release as the API shows it.
  json::Value gate(const std::string& name, const std::string& version = "1.0.0");

  /// Ends the server. Every entry of the ledger: its kind and its bytes, a line each.
  std::string ledger();
  /// File or URL of the server's database.
  const std::string& database() const { return database_; }
  /// Another server on the same data, in real time: they share the work.
  Program replica();

  std::string dir, server_url;
  std::unique_ptr<Program> server;

 private:
  void start();
  ProcessOptions surroundings(const std::string& login);
  bool real_time_;
  std::string database_, known_time_;
  std::map<std::string, std::string> tokens_;
};

class Story : public testing::TestWithParam<On> {};

}  // namespace evenkeel::stories
