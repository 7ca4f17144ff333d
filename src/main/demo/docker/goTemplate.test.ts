import { describe, expect, it } from 'vitest';
import { goTemplate, TemplateError } from './goTemplate.ts';

const data = {
  Server: { Version: '28.3.2' },
  Config: { Image: 'redis:7', Labels: { 'com.docker.compose.service': 'cache' } },
  RepoDigests: ['redis@sha256:1', 'redis@sha256:2'],
  Ports: { '6379/tcp': [{ HostPort: '6379' }] },
  Empty: [],
  Running: true,
};

describe('Go templates', () => {
  it.each([
    ['{{.Server.Version}}', '28.3.2'],
    ['client={{ .Server.Version }} end', 'client=28.3.2 end'],
    ['{{json .RepoDigests}}', '["redis@sha256:1","redis@sha256:2"]'],
    ['{{index .RepoDigests 1}}', 'redis@sha256:2'],
    ['{{index .Config.Labels "com.docker.compose.service"}}{{"\\t"}}{{.Config.Image}}', 'cache\tredis:7'],
    ['{{index .Config.Labels "absent"}}', ''],
    ['{{join .RepoDigests ","}}', 'redis@sha256:1,redis@sha256:2'],
    ['{{range .RepoDigests}}<{{.}}>{{end}}', '<redis@sha256:1><redis@sha256:2>'],
    ['{{range .Empty}}x{{else}}none{{end}}', 'none'],
    ['{{if .Running}}up{{else}}down{{end}}', 'up'],
    ['{{if .Empty}}some{{end}}', ''],
    ['{{len .RepoDigests}}', '2'],
    ['{{.RepoDigests}}', '[redis@sha256:1 redis@sha256:2]'],
    ['{{.Config.Image}}\\t{{.Running}}', 'redis:7\ttrue'],
  ])('fills %s', (template, filled) => {
    expect(goTemplate(template, data)).toBe(filled);
  });

  it('refuses fields and functions that do not exist, as Docker does', () => {
    expect(() => goTemplate('{{.Serv.Version}}', data)).toThrow(TemplateError);
    expect(() => goTemplate('{{shout .Server}}', data)).toThrow(/function "shout" not defined/);
  });
});
