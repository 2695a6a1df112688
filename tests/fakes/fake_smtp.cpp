// fake_smtp --port-file FILE --smtp-port-file FILE [--smtp-port N] [--cert FILE --key FILE] [--user U --password P]
#include "smtp_sink.hpp"

int main(int argc, char** argv) {
  using namespace evenkeel::fakes;
  return run_fake(argc, argv, [](const FakeOptions& o) {
    auto sink = std::make_unique<SmtpSink>(SinkOptions{o.get("cert"), o.get("key"), o.get("user"), o.get("password"),
                                                       static_cast<std::uint16_t>(std::atoi(o.get("smtp-port").c_str()))});
    write_port_file(o.get("smtp-port-file"), sink->smtp_port());
    return sink;
  });
}
