import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './Button.tsx';
import { IconButton } from './IconButton.tsx';

/** Copies a text and says so for a moment. `text` may be a function, for what is costly to put together. */
export function CopyButton({ text, label = 'Copy', compact = false }: { text: string | (() => string); label?: string; compact?: boolean }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    void navigator.clipboard.writeText(typeof text === 'string' ? text : text()).then(() => setCopied(true));
  };
  if (compact) return <IconButton icon={copied ? Check : Copy} label={copied ? 'Copied' : label} size="small" onClick={copy} />;
  return (
    <Button icon={copied ? Check : Copy} onClick={copy} aria-live="polite">
      {copied ? 'Copied' : label}
    </Button>
  );
}
